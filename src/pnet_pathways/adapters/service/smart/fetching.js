// Reading the record: the searches that the service asks for, every page of each. What failed is kept as such.
const createFetching = (searches, { iss, patient, get }) => {
  const MOST_PAGES = 50;
  const NAMES = { patient: "The patient", conditions: "The conditions", observations: "The observations", forms: "The answered forms" };
  const addressOf = (search) => {
    const url = new URL(`${iss}/${search.replaceAll("{{context.patientId}}", encodeURIComponent(patient))}`);
    url.search = new URLSearchParams(url.searchParams); // escaped, which not every server does without
    return url.href;
  };
  const WHY = { 401: ": the EHR's permission has ended (HTTP 401); open this page again from the record", 403: ": the EHR does not permit it (HTTP 403)" };
  const whyNot = ({ status }) => WHY[status] || ` (HTTP ${status})`;
  // A resource of a kind, or why there is none.
  const resource = async (url, kind) => {
    const response = await get(url).catch(() => null);
    if (!response) return { why: ": the server did not answer" };
    if (!response.ok) return { why: whyNot(response) };
    const found = await response.json().catch(() => null);
    return found && found.resourceType === kind ? { found } : { why: `: the answer is no ${kind}` };
  };

  const nextOf = (bundle, url) => {
    const link = (Array.isArray(bundle.link) ? bundle.link : []).find((one) => one && one.relation === "next");
    return link ? urlOf(link.url, url)?.href || "" : "";
  };
  // All pages of a search as one Bundle. The token goes to no other place than the server it is for.
  const search = async (key) => {
    const seen = new Set();
    let whole = null;
    for (let url = addressOf(searches[key]); url;) {
      if (new URL(url).origin !== new URL(iss).origin) return { whole, why: ": the next page is at another server, which is not asked" };
      if (seen.has(url) || seen.size === MOST_PAGES) return { whole, why: `: there are more than ${seen.size} pages` };
      seen.add(url);
      const { found, why } = await resource(url, "Bundle");
      if (why) return { whole, why };
      const { link, ...page } = found;
      whole = whole ? { ...whole, entry: [...(whole.entry || []), ...(page.entry || [])] } : page;
      url = nextOf(found, url);
    }
    return { whole, why: "" };
  };
  const person = async () => {
    const { found, why } = await resource(addressOf(searches.patient), "Patient");
    if (why) return { why };
    return found.id === patient ? { found, why: "" } : { why: ": it is another one than the EHR launched this page for" };
  };

  // Narratives hold names, and nobody reads them here.
  const withoutNarrative = ({ text, ...rest }) => rest;
  const bare = (bundle) => ({ ...bundle, ...(Array.isArray(bundle.entry) ? {
    entry: bundle.entry.map((one) => (one && one.resource ? { ...one, resource: withoutNarrative(one.resource) } : one)),
  } : {}) });

  // The Bundle for the service, of the patient the id alone; the patient for the page; and what failed, in words.
  const all = async () => {
    const keys = Object.keys(searches).filter((key) => key !== "patient");
    const [who, ...results] = await Promise.all([person(), ...keys.map(search)]);
    const failed = [["patient", who], ...keys.map((key, place) => [key, results[place]])].filter(([, { why }]) => why)
      .map(([key, { whole, why }]) => `${NAMES[key]} could not ${key === "patient" ? "be read" : whole ? "all be searched" : "be searched"}${why}.`);
    const outcome = (text) => ({ resourceType: "OperationOutcome", issue: [{ severity: "error", code: "incomplete", diagnostics: text }] });
    const resources = [
      { resourceType: "Patient", id: patient },
      ...results.filter(({ whole }) => whole).map(({ whole }) => bare(whole)),
      ...failed.map(outcome),
    ];
    return { bundle: { resourceType: "Bundle", type: "collection", entry: resources.map((one) => ({ resource: one })) }, person: who.found, failed };
  };

  return { all };
};
