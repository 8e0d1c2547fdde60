// A JSON Schema of the project, as a consumer's ajv takes it: {schema, instances} in, for each instance its alarms out.
import { createRequire } from "node:module";
import { input, output } from "./exchange.mjs";

const Ajv = createRequire(import.meta.url)("ajv");
const { schema, instances } = input();

// This ajv reads draft 7, and the words that the schema uses mean the same in 2020-12; only the name of that is unknown to it.
delete schema.$schema;

const validate = new Ajv({ allErrors: true }).compile(schema);
output(instances.map((one) => (validate(one) ? [] : validate.errors.map((alarm) => `${alarm.dataPath} ${alarm.message}`))));
