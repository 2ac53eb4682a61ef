// Copies the TTF files that issued documents are set in out of their npm packages.
// Web fonts are another matter (WOFF2, bundled with the theme): typst and the stamps on PDF files need plain TTF.
// Alone:  node frontend/fonts.mjs        In the build:  import { copyFonts } from "./fonts.mjs"

import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const target = path.join(root, "src/motcua/engines/rendering/fonts");

const families = {
  "@expo-google-fonts/tinos": ["400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic"],
  "@expo-google-fonts/be-vietnam-pro": ["400Regular", "400Regular_Italic", "600SemiBold", "700Bold"],
};

const prefixes = {
  "@expo-google-fonts/tinos": "Tinos",
  "@expo-google-fonts/be-vietnam-pro": "BeVietnamPro",
};

export async function copyFonts() {
  const require = createRequire(path.join(root, "package.json"));
  await mkdir(target, { recursive: true });
  for (const [name, faces] of Object.entries(families)) {
    const folder = path.dirname(require.resolve(`${name}/package.json`));
    const prefix = prefixes[name];
    await copyFile(path.join(folder, "LICENSE_FONT"), path.join(target, `${prefix}-LICENSE.txt`));
    for (const face of faces) {
      const file = `${prefix}_${face}.ttf`;
      await copyFile(path.join(folder, face, file), path.join(target, file));
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await copyFonts();
}
