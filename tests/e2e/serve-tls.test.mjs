// `fuin serve` over HTTPS, with a certificate that is renewed while it runs; and what it refuses to serve in the clear.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { after, test } from "node:test";
import { run } from "./office.mjs";
import { Server } from "./server.mjs";

/** A certificate for localhost that signs itself, in place of the one that is there. */
function certify(server) {
  execFileSync("openssl", [
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    "-keyout", server.path("server.key"), "-out", server.path("server.pem"),
  ], { stdio: "ignore" });
}

/** Asks, trusting the certificate in the file alone; gives status, headers and the certificate that was shown. */
function ask(server, path, { method = "GET", body, headers = {} } = {}) {
  const ca = readFileSync(server.path("server.pem"));
  const options = { host: "localhost", port: server.port, path, method, ca, agent: false, headers: { "x-fuin": "1", ...headers } };
  return new Promise((resolve, reject) => {
    const asked = request(options, (answer) => {
      const shown = answer.socket.getPeerCertificate().fingerprint256;
      let text = "";
      answer.setEncoding("utf8").on("data", (more) => { text += more; });
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, shown, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

test("it speaks TLS, says so to browsers, and reads a renewed certificate without ending", async () => {
  const server = new Server("localhost");
  after(() => server.remove());
  certify(server);
  await server.start("--tls-certificate", server.path("server.pem"), "--tls-key", server.path("server.key"));
  assert.equal(server.address, `https://localhost:${server.port}/`);
  const page = await ask(server, "/");
  assert.equal(page.status, 200);
  assert.match(page.headers["strict-transport-security"], /max-age=\d{7}/);
  assert.match(page.headers["content-security-policy"], /connect-src 'self'/);
  const word = server.invite("課長 見本花子");
  const accepted = await ask(server, "/api/invitation", {
    method: "POST",
    body: JSON.stringify({ word, password: "とても長いパスワード一番" }),
    headers: { "content-type": "application/json", origin: `https://localhost:${server.port}` },
  });
  assert.equal(accepted.status, 200, accepted.text);
  assert.match(accepted.headers["set-cookie"][0], /; HttpOnly; SameSite=Strict; .*; Secure$/);
  // One that is renewed is shown to whoever comes next.
  certify(server);
  server.child.kill("SIGHUP");
  const until = Date.now() + 20_000;
  let renewed;
  do {
    assert.ok(Date.now() < until, "the new certificate is not shown");
    renewed = await ask(server, "/healthz").catch(() => null);
  } while (!renewed);
  assert.notEqual(renewed.shown, page.shown);
  assert.equal(renewed.text, "ok\n");
  // systemd ends it: what was asked is answered, and it says that it ended well.
  server.child.kill("SIGTERM");
  assert.deepEqual(await server.gone, [0, null]);
  assert.match(server.log, /told to end/);
});

test("it shows nothing in the clear to another PC, and says what is wrong with a certificate", () => {
  const server = new Server();
  after(() => server.remove());
  const serve = (...args) => run("serve", "--store", server.store, ...args);
  assert.equal(serve("--listen", "0.0.0.0:0").error.code, "serve_plain");
  const none = ["--tls-certificate", server.path("none.pem"), "--tls-key", server.path("none.key")];
  assert.equal(serve("--listen", "127.0.0.1:0", ...none).error.code, "serve_certificate");
});
