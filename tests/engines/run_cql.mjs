// Runs CQL by cql-execution: {libraries: [elm], runs: [{library, expressions, parameters, bundles}]} in; for each run the
// values of its expressions by patient, in the order of the bundles, out.
import { input, output } from "./exchange.mjs";
import cql from "cql-execution";
import fhir from "cql-exec-fhir";

const BATCH = 500;
const { libraries, runs } = input();
const repository = new cql.Repository(libraries);

const found = [];
for (const { library, expressions, parameters, bundles } of runs) {
  const elm = libraries.find((one) => one.library.identifier.id === library);
  const executor = new cql.Executor(new cql.Library(elm, repository), undefined, parameters);
  const values = [];
  for (let start = 0; start < bundles.length; start += BATCH) {
    const batch = bundles.slice(start, start + BATCH);
    const ids = batch.map(({ entry }) => entry.find(({ resource }) => resource.resourceType === "Patient").resource.id);
    const rows = new Map(ids.map((patient) => [patient, []]));
    for (const expression of expressions) {
      const source = fhir.PatientSource.FHIRv401();
      source.loadBundles(batch);
      const { patientResults } = await executor.exec_expression(expression, source);
      for (const patient of ids) rows.get(patient).push(patientResults[patient][expression] ?? null);
    }
    values.push(...rows.values());
  }
  found.push(values);
}
output(found);
