// Unpacks the packaged Chromium, and prints where it is and what it has to be started with.
import chromium, { inflate } from "@sparticuz/chromium";
const path = await chromium.executablePath();
console.log(JSON.stringify({ path, args: chromium.args }));
