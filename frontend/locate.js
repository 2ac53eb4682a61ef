// A button that fills in the coordinates of where the device is; the fields work without it.

export function offerLocating() {
  if (!navigator.geolocation) return;
  for (const place of document.querySelectorAll("[data-locate]")) {
    const button = place.querySelector("[data-locate-button]");
    const told = place.querySelector("[data-locate-told]");
    const [latitude, longitude] = ["latitude", "longitude"].map((name) => place.querySelector(`[name=${name}]`));
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          latitude.value = coords.latitude.toFixed(6);
          longitude.value = coords.longitude.toFixed(6);
          latitude.dispatchEvent(new Event("input", { bubbles: true }));
          told.textContent = told.dataset.found;
        },
        () => (told.textContent = told.dataset.failed),
        { enableHighAccuracy: true, timeout: 20000 },
      );
    });
  }
}
