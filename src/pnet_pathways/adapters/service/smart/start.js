// The page of one patient: the launch is finished, the record read, the service asked what it says, and the case followed.
(() => {
  const pathways = window.pnetPathways;
  const { smart } = pathways.data;
  const at = (id) => document.getElementById(id);
  const progress = (text) => { at("progress").textContent = text; };
  const text = (value) => (typeof value === "string" ? value : "");

  const nameOf = ({ name = [] }) => {
    const found = ["official", "usual"].map((use) => name.find((one) => one.use === use)).find(Boolean) || name[0] || {};
    return text(found.text) || [...(found.given || []), found.family].map(text).filter(Boolean).join(" ");
  };
  const numberOf = ({ identifier = [] }) => {
    const isRecordNumber = ({ type = {} }) => (type.coding || []).some(({ code }) => code === "MR");
    const found = identifier.find(isRecordNumber);
    return found && text(found.value) ? `MRN ${found.value}` : "";
  };
  // Who it is, so that nobody answers for another patient.
  const showPatient = (person, id) => {
    const said = person ? [nameOf(person), text(person.birthDate) && `born ${person.birthDate}`, text(person.gender), numberOf(person)] : [];
    const shown = said.filter(Boolean);
    const parts = (shown.length ? shown : [`Patient ${id}`]).map((one) => pathways.make("span", { textContent: one }));
    at("patient").replaceChildren(...parts.flatMap((one, place) => (place ? [" · ", one] : [one])));
    at("patient").hidden = false;
  };

  // The service is sent the resources and nothing else; no token.
  const read = async (bundle) => {
    const response = await fetch("../fhir/case", {
      method: "POST", body: JSON.stringify(bundle), headers: { "Content-Type": "application/json" },
      credentials: "omit", redirect: "error", cache: "no-store",
    }).catch(() => null);
    const found = response ? await response.json().catch(() => ({})) : {};
    if (response?.ok) return { reading: found, refused: null };
    const issues = (found.issue || []).map(({ diagnostics }) => text(diagnostics)).filter(Boolean);
    const isConflict = (found.issue || []).some(({ code }) => code === "conflict");
    const title = isConflict ? "These records cannot all be true" : "The record could not be read";
    const why = response ? `The service answered with HTTP ${response.status}.` : "The service did not answer.";
    return { reading: null, refused: { title, details: issues.length ? issues : [why] } };
  };

  const start = async () => {
    progress("Signing in with the EHR …");
    const session = await createLaunch(smart.servers).finish(new URLSearchParams(location.search));
    progress("Reading the record …");
    const { bundle, person, failed } = await createFetching(smart.searches, session).all();
    const found = await read(bundle);
    showPatient(person, session.patient);
    at("case").hidden = false;
    const said = createRecord(pathways, smart.reasons).show({ ...found, failed });
    at("progress").classList.add("unseen"); // for those who hear the page; the others see it
    progress(found.reading ? `The record was read: ${said}.` : `The record is not used: ${found.refused.title}.`);
  };
  start().catch(showFailure);
})();
