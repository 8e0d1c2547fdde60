// Applies PlanDefinitions by encender: {resources, cases: [[resource]], threads} in, for each case by the id of each plan the ids
// of the actions that stand in its RequestGroup, each with that of the action around it, out.
import { applyPlan, simpleResolver } from "encender";
import CqlProcessor from "cql-worker/src/CqlProcessor.js";
import { input, output } from "./exchange.mjs";

// encender starts a thread for each plan that it applies, which costs a second; `threads` asks for that. This worker runs here,
// keeps what it made of a Library, and evaluates it once for each patient, by the code that encender's own worker runs.
const processors = new Map();
class Worker {
  on(event, handler) {
    this.handler = handler;
  }
  postMessage({ elmJson, patientBundle, expression, ...rest }) {
    if (elmJson) {
      const name = elmJson.library.identifier.id;
      if (!processors.has(name)) processors.set(name, new CqlProcessor(elmJson, rest.valueSetJson, rest.parameters, rest.elmJsonDependencies));
      this.processor = processors.get(name);
    } else if (patientBundle) {
      this.processor.loadBundle(patientBundle);
      this.values = this.processor.evaluateLibrary();
    } else {
      this.values.then((values) => this.handler({ expression, result: values[expression] }));
    }
  }
  terminate() {}
}

const { resources, cases, threads } = input();
const published = simpleResolver(resources);
const plans = resources.filter(({ resourceType }) => resourceType === "PlanDefinition");
const known = new Map();
const ids = (actions, around) => (actions ?? []).flatMap((one) => [[one.id, around], ...ids(one.action, one.id)]);

const found = [];
for (const records of cases) {
  const patient = records.find(({ resourceType }) => resourceType === "Patient");
  const resolver = (reference) => {
    if (!reference) return records;
    if (reference.startsWith("Patient/")) return [patient];
    if (!known.has(reference)) known.set(reference, published(reference));
    return known.get(reference);
  };
  const applied = {};
  for (const plan of plans) {
    const aux = threads ? {} : { WorkerFactory: () => new Worker(), isNodeJs: true };
    const [, group] = await applyPlan(plan, `Patient/${patient.id}`, resolver, aux);
    applied[plan.id] = ids(group.action, null);
  }
  found.push(applied);
}
output(found);
