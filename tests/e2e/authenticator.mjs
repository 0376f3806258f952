// A device that makes passkeys and knows its person, as Chromium plays one (WebDriver, WebAuthn §11).

/** The browser has such a device; gives what changes it. `hasPrf`: its passkeys give secrets (WebAuthn §10.1.4). */
export async function hasDevice({ page }, { hasPrf = true } = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true,
    isUserVerified: true, automaticPresenceSimulation: true, hasPrf,
  };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    /** Whether it knows whoever sits before it. */
    knowsPerson: (isUserVerified) => session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}

/** In hexadecimal, what the passkey gives of which the page keeps `kept` (platform/passkey.rs). */
export function secretOf({ page }, kept) {
  return page.evaluate(async (kept) => {
    const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const [id, first] = kept.split(" ").map(bytes);
    const answer = await navigator.credentials.get({ publicKey: {
      challenge: new Uint8Array(8), userVerification: "required", allowCredentials: [{ type: "public-key", id }],
      extensions: { prf: { eval: { first } } },
    } });
    const secret = new Uint8Array(answer.getClientExtensionResults().prf.results.first);
    return [...secret].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }, kept);
}
