// Uses the types that `openapi-typescript` makes, with `openapi-fetch`: reads addresses and tokens, prints what it has seen.
import createClient from "openapi-fetch";
import type { paths as Approval } from "./generated/approval.js";
import type { paths as Publication } from "./generated/publication.js";
import type { paths as Reporting } from "./generated/reporting.js";

interface Given {
  publication: string;
  reporting: string;
  approval: string;
  reporter: string;
  system: string;
  event_id: string;
}

const withToken = (token: string) => ({ Authorization: `Bearer ${token}` });

async function readWhatIsPublic(address: string) {
  const client = createClient<Publication>({ baseUrl: address });
  const found = await client.GET("/v1/search", { params: { query: { limit: 1 } } });
  const hit = found.data?.items[0];
  if (hit === undefined) throw new Error("nothing is public");
  const tilbud = await client.GET("/v1/tilbud/{tilbud_id}", { params: { path: { tilbud_id: hit.tilbud_id } } });
  const missing = await client.GET("/v1/tilbud/{tilbud_id}", { params: { path: { tilbud_id: "CRV-1" } } });
  const feed = await client.GET("/v1/feed", { params: { query: { limit: 1 } } });
  const entry = feed.data?.[0];
  return {
    same: tilbud.data?.name === hit.name,
    missing: missing.error?.type,
    reason: entry?.data.reason,
    named: Boolean(entry?.data.tilbud?.name),
  };
}

async function listOwn(address: string, token: string) {
  const client = createClient<Reporting>({ baseUrl: address, headers: withToken(token) });
  const own = await client.GET("/v1/tilbud");
  return own.data?.items.map((each) => each.name);
}

async function sendEvent(address: string, token: string, id: string) {
  const client = createClient<Approval>({ baseUrl: address, headers: withToken(token) });
  const source = "/typescript-client";
  const accepted = await client.POST("/v1/external/events", {
    headers: { "Content-Type": "application/cloudevents+json" },
    body: {
      specversion: "1.0",
      id,
      source,
      type: "dk.tilsyn.tilbud.ceased.v1",
      data: { tilbud_id: "CRV-0", ceased_on: "2026-11-20", reason: "Lukket." },
    },
  });
  const receipt = accepted.data && "receipt" in accepted.data ? accepted.data.receipt : undefined;
  const status = await client.GET("/v1/external/events", { params: { query: { source, id } } });
  return { receipt, same: status.data?.receipt === receipt, effect: status.data?.effect };
}

let text = "";
for await (const chunk of process.stdin) text += String(chunk);
const given = JSON.parse(text) as Given;
console.log(
  JSON.stringify({
    public: await readWhatIsPublic(given.publication),
    own: await listOwn(given.reporting, given.reporter),
    event: await sendEvent(given.approval, given.system, given.event_id),
  }),
);
