// A device that makes passkeys and knows its person, as Chromium plays one (WebDriver, WebAuthn §11).

/** The browser has such a device, which also gives the secrets of the extension `prf`. */
export async function hasDevice({ page }) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = {
    protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true,
    isUserVerified: true, automaticPresenceSimulation: true, hasPrf: true,
  };
  await session.send("WebAuthn.addVirtualAuthenticator", { options });
}
