// Fills in a form by an independent populator: for each Bundle the answered form and what the populator has to say.
// Its server is the Bundle: a search by patient finds what is about that patient.
import { populateQuestionnaire } from "@aehrc/sdc-populate";
import { input, output } from "./exchange.mjs";

const { form, bundles } = input();

globalThis.fetch = (address) => {
  throw new Error(`nothing is fetched: ${address}`);
};

function resourcesOf(bundle) {
  return (bundle.entry ?? []).map((entry) => entry.resource).filter(Boolean);
}

function search(resources, query) {
  const [kind, parameters] = query.split("?");
  const patient = `Patient/${new URLSearchParams(parameters).get("patient")}`;
  const found = resources.filter((one) => one.resourceType === kind && one.subject?.reference === patient);
  return { resourceType: "Bundle", type: "searchset", entry: found.map((resource) => ({ resource })) };
}

const answered = [];
for (const bundle of bundles) {
  const resources = resourcesOf(bundle);
  const patient = resources.find((one) => one.resourceType === "Patient");
  const { populateResult } = await populateQuestionnaire({
    questionnaire: form,
    patient,
    fetchResourceCallback: async (query) => search(resources, query),
    fetchResourceRequestConfig: { sourceServerUrl: "" },
  });
  answered.push({ response: populateResult?.populatedResponse ?? null, issues: populateResult?.issues?.issue ?? [] });
}
output(answered);
process.exit(0); // the populator's time limits still wait
