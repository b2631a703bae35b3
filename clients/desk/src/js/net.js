// POST to the server, and what came of it in one word.
import { csrfToken } from "./page.js";

const TIMEOUT_MS = 20000;

function outcome(response, isJson) {
  if (response.status === 401 || (response.redirected && !isJson)) return "login";
  if (response.ok) return "saved";
  if (response.status === 409) return "conflict";
  if (response.status === 400 || response.status === 422) return "wrong";
  if (response.status === 429 || response.status >= 500) return "lost";
  return "refused";
}

/**
 * Send `body` (an object: form fields; or with `json: true` a JSON document).
 * Returns {kind, status, body}; kind is saved, conflict, wrong, refused, login or lost (network, server: try again).
 */
export async function post(url, body, { json = false, key = "" } = {}) {
  const headers = { "X-CSRFToken": csrfToken(), "X-Requested-With": "XMLHttpRequest", Accept: "application/json" };
  if (key) headers["Idempotency-Key"] = key;
  if (json) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers,
      body: json ? JSON.stringify(body) : new URLSearchParams(body),
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    return { kind: "lost", status: 0, body: {} };
  }
  const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
  let answer = {};
  if (isJson) answer = await response.json().catch(() => ({}));
  return { kind: outcome(response, isJson), status: response.status, body: answer };
}

/** The sentence in an answer of the server, whichever of our shapes it has. */
export function sentence(body) {
  if (body.message) return body.message;
  if (body.faults?.length) return body.faults.map((fault) => fault.message).join("；");
  if (typeof body.detail === "string") return body.detail;
  const lists = Object.values(body.errors ?? body.detail ?? {});
  return lists.flat().map((one) => one.message ?? one.msg ?? one).join("；");
}
