// What all scripts here share: one JSON value in by standard input, one out by standard output.
import { readFileSync, writeSync } from "node:fs";

export const input = () => JSON.parse(readFileSync(0, "utf8"));

export function output(value) {
  const bytes = Buffer.from(JSON.stringify(value));
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error; // the reader is slower
    }
  }
}

// Libraries that print must not print into the answer.
console.log = console.info = console.debug = console.error;
process.stdout.write = process.stderr.write.bind(process.stderr);

// Node would print the line of code too, which of minified code is all of it.
process.on("uncaughtException", (error) => {
  console.error(error.stack ?? error);
  process.exitCode = 1;
});
