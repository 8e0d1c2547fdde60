// Gives back what it is given, or fails with it: the fixture's own test.
import { input, output } from "./exchange.mjs";

const given = input();
console.log("printing is no answer");
if (given?.fail) throw new Error(given.fail);
output(given);
