// Run as a program of its own by browser.ts with TMPDIR (where to unpack) and AWS_EXECUTION_ENV (so that the package also
// unpacks the shared libraries which a bare Linux lacks) in its environment. Prints the executable's path.
import chromium from '@sparticuz/chromium';

console.log(await chromium.executablePath());
