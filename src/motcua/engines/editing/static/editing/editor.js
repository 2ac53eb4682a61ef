// Opens the editor in its frame at once, tells it that this page listens, and goes back when it is closed.
const form = document.querySelector("form[data-editor]");

if (form) {
  const { editor: origin, back } = form.dataset;
  const frame = document.querySelector(`iframe[name="${form.target}"]`);

  addEventListener("message", (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow) return;
    let told;
    try {
      told = JSON.parse(event.data);
    } catch {
      return; // not one of WOPI's messages
    }
    if (told?.MessageId === "App_LoadingStatus" && told.Values?.Status === "Frame_Ready") {
      frame.contentWindow.postMessage(JSON.stringify({ MessageId: "Host_PostmessageReady", SendTime: Date.now() }), origin);
    } else if (told?.MessageId === "UI_Close") {
      location.assign(back);
    }
  });
  form.submit();
  form.hidden = true;
}
