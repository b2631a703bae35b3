// Builds hengjian/web/static/desk/: desk.css, desk.js, roster.js, charts.js.
// Each script is built alone and stands alone (no shared chunk), so that a page loads exactly one file per
// need and the server may add a hash to the name without reading inside.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const outDir = here("../../hengjian/web/static/desk/");

/** What a strict CSP refuses, replaced in the libraries themselves; the build fails when they change. */
const STRICT = [
  // ECharts writes `style` with setAttribute; the CSSOM way is allowed.
  ["zrender/lib/svg/patch.js", "elm.setAttribute(key, cur);", 'key === "style" ? (elm.style.cssText = cur) : elm.setAttribute(key, cur);'],
  // htmx is told not to evaluate (allowEval: false); here the means are gone as well.
  ["htmx.org/dist/htmx.esm.js", "return eval(str)", "return undefined"],
];

function strictCsp() {
  return {
    name: "strict-csp",
    transform(code, id) {
      const rule = STRICT.find(([path]) => id.includes(path));
      if (!rule) return null;
      if (!code.includes(rule[1])) throw new Error(`${rule[0]} changed: look at STRICT in build.mjs`);
      return { code: code.replaceAll(rule[1], rule[2]), map: null };
    },
  };
}

const entry = (name) => ({
  configFile: false,
  root: here("."),
  publicDir: false,
  logLevel: "warn",
  plugins: [strictCsp()],
  build: {
    outDir,
    emptyOutDir: false,
    target: "es2022",
    cssTarget: "chrome111",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      input: here(`src/${name}.js`),
      output: {
        format: "iife",
        entryFileNames: `${name}.js`,
        assetFileNames: "desk[extname]",
      },
    },
  },
});

await rm(outDir, { recursive: true, force: true });
for (const name of ["desk", "roster", "charts"]) await build(entry(name));
