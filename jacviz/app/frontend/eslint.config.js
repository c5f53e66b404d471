import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import js from "@eslint/js";
import globals from "globals";

const here = relative(process.cwd(), dirname(fileURLToPath(import.meta.url))) || ".";
const inHere = here === "." ? "" : `${here}/`;

// Imports run one way: a folder's scripts import only from their own and from those before it.
const FOLDERS = [
  "core",
  "text",
  "canvas",
  "preprocessing",
  "state",
  "server",
  "engine",
  "maps",
  "input",
  "panels",
  "components",
  "standalone",
];

const CONSTANT_MARKUP =
  "markup must be constant text: set labels and other values as textContent afterwards";

export default [
  { ignores: [`${inHere}node_modules/**`] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: "latest", sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-unused-private-class-members": "off", // tsc finds them, and knows `??=` as a use
      "no-var": "error",
      "prefer-const": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "AssignmentExpression[left.property.name=/^(innerHTML|outerHTML)$/]:not([right.name='markup'])",
          message: CONSTANT_MARKUP,
        },
        {
          selector: "CallExpression[callee.property.name='insertAdjacentHTML']",
          message: CONSTANT_MARKUP,
        },
        {
          selector:
            "CallExpression[callee.name='fromMarkup'] :matches(Identifier[name!='fromMarkup'], TemplateLiteral)",
          message: CONSTANT_MARKUP,
        },
        {
          selector: "AssignmentExpression[left.object.name=/^(window|globalThis|document)$/]",
          message: "no global is replaced",
        },
      ],
    },
  },
  {
    files: FOLDERS.map((folder) => `${inHere}${folder}/**`),
    languageOptions: { globals: globals.browser },
  },
  ...FOLDERS.map((folder, i) => ({
    files: [`${inHere}${folder}/**`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: FOLDERS.slice(i + 1).map((later) => ({
            group: [`../${later}/*`],
            message: `${folder}/ comes before ${later}/: imports run the other way`,
          })),
        },
      ],
    },
  })),
  {
    files: ["tests/frontend/**", "jacviz/benchmarks/**", "**/eslint.config.js"],
    languageOptions: { globals: globals.node },
  },
];
