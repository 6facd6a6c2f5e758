// Reads an AsyncAPI document with AsyncAPI's own parser, payloads in protobuf too. Prints what it finds; fails on errors and warnings.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";
import { ProtoBuffSchemaParser } from "@asyncapi/protobuf-schema-parser";

const KNOWN = new Set(["asyncapi-latest-version"]); // the document is 3.0, as what reads it most widely
const WARNING = 1;

const parser = new Parser();
parser.registerSchemaParser(ProtoBuffSchemaParser());
const { document, diagnostics } = await parser.parse(readFileSync(process.argv[2], "utf8"));
const found = diagnostics.filter(({ code }) => !KNOWN.has(code));
for (const { code, path, message } of found) console.error(`${code} at ${path.join("/")}: ${message}`);
if (!document || found.some(({ severity }) => severity <= WARNING)) process.exit(1);
console.log(`${document.allChannels().length} channels, ${document.allMessages().length} messages`);
