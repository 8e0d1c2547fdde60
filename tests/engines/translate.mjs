// Translates CQL to ELM: {libraries: {name: cql}} in, {libraries: {name: elm}, problems: [...]} out.
// First, so that what the translator prints goes elsewhere.
import { input, output } from "./exchange.mjs";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import {
  CqlCompilerOptions,
  CqlTranslator,
  LibraryManager,
  ModelManager,
  createLibrarySourceProvider,
  createModelInfoProvider,
  stringAsSource,
} from "@cqframework/cql/cql-to-elm";

const models = join(dirname(createRequire(import.meta.url).resolve("cql-exec-fhir")), "modelInfos");
const read = (path) => stringAsSource(readFileSync(path, "utf8"));
const { libraries } = input();

const modelManager = new ModelManager();
modelManager.modelInfoLoader.registerModelInfoProvider(
  createModelInfoProvider((name, _system, version) => {
    if (name === "System") return read(new URL("system-modelinfo.xml", import.meta.url));
    return name === "FHIR" && (version ?? "4.0.1") === "4.0.1" ? read(join(models, "fhir-modelinfo-4.0.1.xml")) : null;
  }),
);

// No locators and annotations: what is published is the logic.
const manager = new LibraryManager(modelManager, new CqlCompilerOptions().withOptions([]));
manager.librarySourceLoader.registerProvider(
  createLibrarySourceProvider((name) => (name in libraries ? stringAsSource(libraries[name]) : null)),
);

const found = { libraries: {}, problems: [] };
function take(name, json) {
  const elm = JSON.parse(json);
  // The translator ends well whatever it met; what that was stands in the library's annotation.
  for (const one of elm.library.annotation ?? []) {
    if (one.errorSeverity) found.problems.push(`${name}:${one.startLine}:${one.startChar}: ${one.errorSeverity}: ${one.message}`);
  }
  found.libraries[name] = elm;
}
for (const [name, cql] of Object.entries(libraries)) {
  if (name in found.libraries) continue;
  const translator = CqlTranslator.fromText(cql, manager);
  take(name, translator.toJson());
  // Those that it includes are translated with it.
  for (const [{ id }, library] of translator.libraries.asJsReadonlyMapView()) take(id, CqlTranslator.convertToJson(library));
}
output(found);
