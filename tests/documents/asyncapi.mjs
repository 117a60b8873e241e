// Prints what AsyncAPI's own parser finds in a document, as JSON: its diagnostics and how much it holds.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const found = diagnostics.map((each) => `${each.code} at /${each.path.join("/")}: ${each.message}`);
const held = document && {
  channels: document.channels().all().length,
  messages: document.allMessages().all().length,
  operations: Object.fromEntries(document.operations().all().map((each) => [each.id(), each.action()])),
};
console.log(JSON.stringify({ found, held }));
