// A map for one place: outlines of communes from the house, tiles where the province has a server for them. Pressing
// chooses and brings the place to the middle; buttons and keys bring it nearer. Nothing is dragged, so that a finger
// scrolls the page. The fields of the coordinates work without it, and say the same with it.

const WORLD = 2 ** 24; // units around the equator (Web Mercator): 2.4 m each
const TILE = 256; // pixels
const DEEPEST = 19;
const VIETNAM = { x: 102, y: 23.5, right: 110, bottom: 8 };
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ZOOMS = { "+": 0.5, "=": 0.5, "-": 2 };

const project = (east, north) => ({
  x: ((east + 180) / 360) * WORLD,
  y: ((1 - Math.asinh(Math.tan((north * Math.PI) / 180)) / Math.PI) / 2) * WORLD,
});
const unproject = ({ x, y }) => ({
  east: (x / WORLD) * 360 - 180,
  north: (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / WORLD))) * 180) / Math.PI,
});

function shape(name, attributes, parent) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return parent.appendChild(made);
}

class AreaMap {
  constructor(root) {
    this.root = root;
    this.sheet = root.querySelector("svg");
    const form = root.dataset.at ? null : root.closest("form");
    this.fields = ["latitude", "longitude"].map((name) => form?.querySelector(`[name=${name}]`));
    this.unit = form?.querySelector("[name=unit]");
    [this.tiles, this.land, this.names] = ["tiles", "land", "names"].map((name) =>
      shape("g", { class: `mc-map__${name}` }, this.sheet),
    );
    this.mark = shape("path", { class: "mc-map__mark", d: "M0 0C-4-7-8-10-8-16a8 8 0 0 1 16 0c0 6-4 9-8 16z" }, this.sheet);
    root.hidden = false;
    this.middle = project(106, 16);
    this.width = WORLD / 40;
    root.addEventListener("click", (event) => this.pressed(event));
    new ResizeObserver(() => this.draw()).observe(this.sheet);
    if (form) this.choosing();
    this.begin();
  }

  choosing() {
    this.sheet.addEventListener("keydown", (event) => this.key(event));
    this.unit?.addEventListener("change", () => this.showUnit());
    for (const field of this.fields) field.addEventListener("input", () => this.follow());
  }

  async begin() {
    await this.outline();
    this.fit(this.land.childElementCount ? this.land.getBBox() : this.boxOf(VIETNAM));
    await this.showUnit();
    this.follow();
  }

  boxOf({ x, y, right, bottom }) {
    const [from, to] = [project(x, y), project(right, bottom)];
    return { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
  }

  // Draw the outlines that the house has, of all communes or again of one more finely.
  async outline(unit = "") {
    if (!this.root.dataset.outlines) return;
    const answer = await fetch(`${this.root.dataset.outlines}?unit=${encodeURIComponent(unit)}`).catch(() => null);
    if (!answer?.ok) return;
    const { units, names } = await answer.json();
    for (const [code, rings] of Object.entries(units)) {
      const points = rings.map((ring) => ring.map(([east, north]) => project(east, north)));
      const d = points.map((ring) => `M${ring.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`).join("");
      const drawn = this.land.querySelector(`[data-code="${CSS.escape(code)}"]`);
      if (drawn) drawn.setAttribute("d", d);
      else this.name(shape("path", { class: "mc-map__unit", "data-code": code, d }, this.land), names[code]);
    }
  }

  name(path, text) {
    if (!text) return;
    const { x, y, width, height } = path.getBBox();
    const label = shape("text", { x: x + width / 2, y: y + height / 2, "data-width": width }, this.names);
    label.textContent = text;
  }

  async showUnit() {
    const code = this.unit?.value ?? this.root.dataset.unit;
    for (const path of this.land.children) path.classList.toggle("mc-map__unit--chosen", path.dataset.code === code);
    const path = code && this.land.querySelector(`[data-code="${CSS.escape(code)}"]`);
    if (!path) return;
    this.fit(path.getBBox());
    await this.outline(code);
  }

  fit({ x, y, width, height }) {
    const ratio = this.sheet.clientWidth / this.sheet.clientHeight || 1;
    this.middle = { x: x + width / 2, y: y + height / 2 };
    this.width = Math.max(width, height * ratio) * 1.1;
    this.draw();
  }

  zoom(factor) {
    this.width = Math.min(Math.max(this.width * factor, 100), WORLD / 4);
    if (this.at) this.middle = this.at;
    this.draw();
  }

  pressed(event) {
    const zoom = event.target.closest("[data-map-zoom]");
    if (zoom) this.zoom(Number(zoom.dataset.mapZoom));
    if (zoom || !this.fields[0] || !this.sheet.contains(event.target)) return;
    const box = this.sheet.getBoundingClientRect();
    const scale = this.width / box.width;
    const from = { x: event.clientX - box.x - box.width / 2, y: event.clientY - box.y - box.height / 2 };
    const there = { x: this.middle.x + from.x * scale, y: this.middle.y + from.y * scale };
    if (this.unit && !this.unit.value) this.take(event.target.dataset.code);
    this.choose(there);
  }

  // Whoever has not chosen a commune presses into it.
  take(code) {
    if (![...this.unit.options].some((option) => option.value && option.value === code)) return;
    this.unit.value = code;
    this.showUnit();
  }

  key(event) {
    const [step, zoom] = [STEPS[event.key], ZOOMS[event.key]];
    if (zoom) this.zoom(zoom);
    if (step) {
      const { x, y } = this.at ?? this.middle;
      this.choose({ x: x + (step[0] * this.width) / 30, y: y + (step[1] * this.width) / 30 });
    }
    if (step || zoom) event.preventDefault();
  }

  choose(point) {
    const { north, east } = unproject(point);
    this.fields[0].value = north.toFixed(6);
    this.fields[1].value = east.toFixed(6);
    this.fields[0].dispatchEvent(new Event("input", { bubbles: true }));
  }

  // The mark stands where the fields say, or where the petition is.
  follow() {
    const texts = this.root.dataset.at ? this.root.dataset.at.split(",") : this.fields.map((field) => field.value);
    const [north, east] = texts.map((text) => (text.trim() ? Number(text.trim().replace(",", ".")) : NaN));
    this.at = Math.abs(north) <= 85 && Math.abs(east) <= 180 ? project(east, north) : null;
    if (this.at) this.middle = this.at;
    this.draw();
  }

  draw() {
    const { clientWidth, clientHeight } = this.sheet;
    if (!clientWidth) return;
    const pixel = this.width / clientWidth;
    const height = clientHeight * pixel;
    const [left, top] = [this.middle.x - this.width / 2, this.middle.y - height / 2];
    this.sheet.setAttribute("viewBox", `${left} ${top} ${this.width} ${height}`);
    for (const label of this.names.children) {
      label.setAttribute("font-size", 13 * pixel);
      label.classList.toggle("mc-map__name--small", label.dataset.width < label.textContent.length * 8 * pixel);
    }
    this.mark.classList.toggle("mc-map__mark--none", !this.at);
    if (this.at) this.mark.setAttribute("transform", `translate(${this.at.x} ${this.at.y}) scale(${pixel * 1.5})`);
    if (this.root.dataset.tiles) this.drawTiles(left, top, height, pixel);
  }

  drawTiles(left, top, height, pixel) {
    const z = Math.min(Math.max(Math.round(Math.log2(WORLD / (TILE * pixel))), 0), DEEPEST);
    const size = WORLD / 2 ** z;
    this.tiles.replaceChildren();
    for (let y = Math.floor(top / size); y * size < top + height; y += 1) {
      for (let x = Math.floor(left / size); x * size < left + this.width; x += 1) {
        const href = this.root.dataset.tiles.replace("{z}", z).replace("{x}", x).replace("{y}", y);
        shape("image", { href, x: x * size, y: y * size, width: size, height: size }, this.tiles);
      }
    }
  }
}

for (const root of document.querySelectorAll("[data-map]")) new AreaMap(root);
