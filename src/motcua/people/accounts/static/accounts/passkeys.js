// Signing in with a passkey and registering one. The buttons stay hidden where the browser has no passkeys.

const post = async (address, token, body) => {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
};

const act = async ({ passkey, options, answer, token, next }) => {
  const asked = (await post(options, token, {})).publicKey;
  const credential =
    passkey === "register"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
  const done = await post(answer, token, { credential: credential.toJSON(), next });
  window.location.assign(done.location);
};

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const place of document.querySelectorAll("[data-passkey]")) {
    place.hidden = false;
    const [button, failure] = place.querySelectorAll("button, [role=alert]");
    button.addEventListener("click", async () => {
      button.disabled = true;
      failure.hidden = true;
      try {
        await act(place.dataset);
      } catch {
        failure.hidden = false;
        button.disabled = false;
      }
    });
  }
}
