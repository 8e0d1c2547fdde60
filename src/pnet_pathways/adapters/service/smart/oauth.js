"use strict";
// The launch from an EHR, as SMART App Launch 2 has it: discovery, authorization with PKCE, the token. Between the two pages
// one entry of sessionStorage holds what the second must know; it is taken out at once. The token stays in memory.
class LaunchError extends Error {
  constructor(title, ...details) {
    super(title);
    this.details = details;
  }
}

// An address, or null for what is none.
const urlOf = (text, base) => {
  try {
    return typeof text === "string" ? new URL(text, base) : null;
  } catch {
    return null;
  }
};

const createLaunch = (servers) => {
  const KEPT = "pnet-smart-";
  const SECONDS = 20;
  const AGAIN = "Open this page again from the patient's record.";
  const base64url = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = async (text) => base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));

  // A call that no redirect leads elsewhere, and that sends nothing but what stands in it.
  const call = (url, options = {}) => fetch(url, {
    credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", cache: "no-store", ...options,
    signal: AbortSignal.timeout(SECONDS * 1000),
  });
  const asObject = async (response) => {
    const found = await response.json().catch(() => null);
    return found && typeof found === "object" && !Array.isArray(found) ? found : {};
  };

  // From here on the page can call its own service and this one server alone: a second policy only narrows the first.
  const narrow = ({ origins }) => {
    const meta = document.createElement("meta");
    meta.httpEquiv = "Content-Security-Policy";
    meta.content = `connect-src 'self' ${origins.join(" ")}`;
    document.head.append(meta);
  };
  const serverOf = (iss) => {
    const server = servers.find((one) => one.iss === iss);
    if (server) return server;
    throw new LaunchError("This EHR may not launch the page", `${iss} is not on the list of this service.`,
      "Whoever runs the service can add it: smart.yaml, servers, iss.");
  };
  const redirectTo = () => new URL("./", location.href.split(/[?#]/)[0]).href;

  const configurationOf = async (server) => {
    const url = `${server.iss}/.well-known/smart-configuration`;
    const failed = (why) => new LaunchError("The EHR does not say how to sign in", `${url} ${why}.`, AGAIN);
    const response = await call(url, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!response) throw failed("did not answer");
    if (!response.ok) throw failed(`answered with HTTP ${response.status}`);
    const found = await asObject(response);
    for (const key of ["authorization_endpoint", "token_endpoint"]) {
      const address = urlOf(found[key]);
      if (!address) throw failed(`names no ${key}`);
      if (!server.origins.includes(address.origin)) {
        throw new LaunchError("This EHR signs in at an address that is not on the list", `${key}: ${address.origin}`,
          "Whoever runs the service can add it: smart.yaml, authorization_origins.");
      }
    }
    if (!(found.code_challenge_methods_supported || []).includes("S256")) throw failed("does not offer PKCE with S256");
    return found;
  };

  const forget = () => Object.keys(sessionStorage).filter((key) => key.startsWith(KEPT)).forEach((key) => sessionStorage.removeItem(key));

  // The first page: from the EHR's launch to where it authorizes. Returns the address to go on to.
  const begin = async (query) => {
    const iss = (query.get("iss") || "").replace(/\/+$/, "");
    const launch = query.get("launch") || "";
    if (!iss || !launch) {
      throw new LaunchError("This page is opened from a patient's record", "The EHR launches it with iss and launch; they are missing.");
    }
    const server = serverOf(iss);
    if (!globalThis.crypto?.subtle) throw new LaunchError("This page needs https", "Without it the browser cannot make the proof that the EHR asks for.");
    narrow(server);
    const found = await configurationOf(server);
    const [state, verifier] = [random(), random()];
    try {
      forget();
      sessionStorage.setItem(KEPT + state, JSON.stringify({ iss, verifier, token: found.token_endpoint }));
    } catch {
      throw new LaunchError("The browser keeps nothing for this page", "Let it use session storage for this address, and open the page again.");
    }
    const url = new URL(found.authorization_endpoint);
    const asked = {
      response_type: "code", client_id: server.client, redirect_uri: redirectTo(), scope: server.scope, state,
      aud: iss, launch, code_challenge: await digest(verifier), code_challenge_method: "S256",
    };
    for (const [key, value] of Object.entries(asked)) url.searchParams.set(key, value);
    return url.href;
  };

  // What the first page kept under a state, once.
  const takeKept = (state) => {
    try {
      const kept = state ? sessionStorage.getItem(KEPT + state) : null;
      forget();
      return JSON.parse(kept);
    } catch {
      return null;
    }
  };
  const tokenOf = async (server, kept, code) => {
    const body = new URLSearchParams({
      grant_type: "authorization_code", code, redirect_uri: redirectTo(), client_id: server.client, code_verifier: kept.verifier,
    });
    const response = await call(kept.token, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    if (!response) throw new LaunchError("The EHR gave no permission", "Its token endpoint did not answer.", AGAIN);
    const found = await asObject(response);
    if (!response.ok) {
      const said = [found.error, found.error_description].filter((one) => typeof one === "string").join(": ");
      throw new LaunchError("The EHR gave no permission", said || `Its token endpoint answered with HTTP ${response.status}.`, AGAIN);
    }
    if (typeof found.access_token !== "string" || !found.access_token || String(found.token_type).toLowerCase() !== "bearer") {
      throw new LaunchError("The EHR gave no permission", "Its answer holds no token of the kind Bearer.", AGAIN);
    }
    if (!/^[A-Za-z0-9.-]{1,64}$/.test(String(found.patient || ""))) {
      throw new LaunchError("The EHR named no patient", "Its answer holds no patient; the page is about one patient's record.", AGAIN);
    }
    return found;
  };

  // The second page: from the EHR's answer to what reads the record. The code leaves the address before anything else.
  const finish = async (query) => {
    history.replaceState(null, "", location.pathname);
    if (![...query.keys()].length) {
      throw new LaunchError("This page is opened from a patient's record", "It keeps nothing, so it cannot be reloaded.", AGAIN);
    }
    const kept = takeKept(query.get("state"));
    if (!kept) throw new LaunchError("This answer fits no launch of this page", "The state that came back is not one that the page sent.", AGAIN);
    if (query.has("error")) {
      const said = [query.get("error"), query.get("error_description")].filter(Boolean).join(": ");
      throw new LaunchError("The EHR gave no permission", said, AGAIN);
    }
    if ((query.get("iss") || kept.iss).replace(/\/+$/, "") !== kept.iss || !query.get("code")) {
      throw new LaunchError("This answer fits no launch of this page", "It comes from another server, or holds no code.", AGAIN);
    }
    const server = serverOf(kept.iss);
    narrow(server);
    const { access_token: token, patient } = await tokenOf(server, kept, query.get("code"));
    const get = (url) => call(url, { headers: { Accept: "application/fhir+json", Authorization: `Bearer ${token}` } });
    return { iss: kept.iss, patient, get };
  };

  return { begin, finish };
};

// What went wrong, in words: texts of others go in as text.
const showFailure = (error) => {
  const known = error instanceof LaunchError;
  const said = (tag, textContent) => Object.assign(document.createElement(tag), { textContent });
  const details = known ? error.details : ["Open this page again from the patient's record."];
  document.getElementById("progress").textContent = "";
  document.getElementById("failed").replaceChildren(
    said("h2", known ? error.message : "The page failed"), ...details.map((one) => said("p", one)),
    said("p", "Nothing was read, and nothing is answered."));
  document.getElementById("failed").hidden = false;
};
