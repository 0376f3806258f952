//! Build step: folds what Trunk built into `dist/fuin.html`, one file without any outside reference.
//!
//! The shell is the root `index.html`; Trunk's link lines go, the style sheet, the glue script, the boot script and
//! the compressed module come in with what is unpacked only when it is needed, and the policy gets the hashes of
//! exactly these scripts and styles.
//! Run by Trunk as a hook (`Trunk.toml`), with the paths it passes in the environment.

use std::{
    env, fs,
    io::{Error, Write},
    num::NonZeroU64,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
};

use data_encoding::{BASE64, BASE64_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};
use zopfli::{Format, Options};

#[path = "../app/texts.rs"]
mod texts;

/// Runs in the page, behind the glue script.
const BOOT: &str = include_str!("boot.js");

/// Modules that are unpacked only when they are needed, by the ends of their names, and how they are optimised: the
/// decoders in software, the search for forensic marks, what makes indexes, and what reads QR symbols.
const FURTHER: [(&str, &str); 7] = [
    ("avc", "-O3"),
    ("hevc", "-O3"),
    ("mpeg2", "-O3"),
    ("mpeg4", "-O3"),
    ("tracer", "-O3"),
    ("indexer", "-Os"),
    ("symbols", "-Os"),
];

/// The manuals, by the names of their files; they are unpacked when somebody reads them.
const MANUALS: [&str; 2] = ["clerk", "recipient"];

fn main() -> ExitCode {
    match fold() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The only output there is: this is a build step.
            let _ = writeln!(std::io::stderr(), "fold: {error}");
            ExitCode::FAILURE
        }
    }
}

fn fold() -> Result<(), Error> {
    let source = PathBuf::from(env::var("TRUNK_SOURCE_DIR").unwrap_or_else(|_| ".".into()));
    let staging = PathBuf::from(env::var("TRUNK_STAGING_DIR").unwrap_or_else(|_| "dist".into()));
    // The app takes as long as all others.
    let (app, further) = std::thread::scope(|scope| {
        let app = scope.spawn(|| Module::read(&source, &staging, "app", ("fuin-wasm", "-Oz")));
        let read = |(name, level): &(&'static str, &str)| {
            Ok((*name, Module::read(&source, &staging, name, (&format!("fuin-{name}"), level))?))
        };
        let further = FURTHER.iter().map(read).collect::<Result<Vec<_>, Error>>();
        (app.join().unwrap_or_else(|_| Err(Error::other("the app could not be packed"))), further)
    });
    let (app, further) = (app?, further?);
    let shell = fs::read_to_string(source.join("index.html"))?;
    let style = shortened(&source, "css", &styles(&source, &shell)?)?;
    let boot = shortened(&source, "js", BOOT)?;
    let mut packed = element("fuin-notice", &fs::read(source.join("src/app/NOTICE"))?)?;
    let english = texts::read(&source.join("src/app").to_string_lossy(), "en").map_err(Error::other)?;
    let english: Vec<String> = english.into_values().collect();
    packed.push_str(&format!("\n{}", element("fuin-english", english.join("\n").as_bytes())?));
    for name in MANUALS {
        let manual = manual(&source.join("www/manual"), name)?;
        packed.push_str(&format!("\n{}", element(&format!("fuin-manual-{name}"), manual.as_bytes())?));
    }
    let scripts = (boot.as_str(), packed.as_str());
    let page = assemble(&shell, &style, &app, &further, scripts)?;
    fs::write(staging.join("fuin.html"), page)
}

/// A manual with its pictures in it.
fn manual(folder: &Path, name: &str) -> Result<String, Error> {
    let text = fs::read_to_string(folder.join(format!("{name}.html")))?;
    let mut parts = text.split(PICTURE);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (file, rest) = part.split_once('"').ok_or_else(|| Error::other("a picture without an end"))?;
        // Without padding: no name of a handler can seem to be in it (boot.js).
        let picture = BASE64_NOPAD.encode(&fs::read(folder.join(file))?);
        whole.push_str(&format!("{PICTURE}data:image/webp;base64,{picture}\"{rest}"));
    }
    Ok(whole)
}

/// What a picture in a manual begins with.
const PICTURE: &str = "src=\"";

/// A wasm module that Trunk built, with the script that loads it.
struct Module {
    glue: String,
    /// The wasm, packed.
    element: String,
}

impl Module {
    /// Optimises at a level and packs into an element.
    fn read(source: &Path, staging: &Path, name: &str, (id, level): (&str, &str)) -> Result<Self, Error> {
        let script = staging.join(format!("fuin_{name}.js"));
        let glue = shortened(source, "js", &fs::read_to_string(script)?)?;
        let path = staging.join(format!("fuin_{name}_bg.wasm"));
        optimise(source, &path, level)?;
        Ok(Self { glue, element: element(id, &fs::read(path)?)? })
    }
}

/// Rounds of looking for a shorter form.
const ROUNDS: NonZeroU64 = NonZeroU64::MIN.saturating_add(5);

/// Compressed, as an element that the boot script unpacks: in Z85, which is shorter. It takes whole groups of four,
/// so the element says how many there are, and `_` stands for its `<`, so that no tag is in it.
fn element(id: &str, bytes: &[u8]) -> Result<String, Error> {
    let mut gzip = compressed(bytes)?;
    let len = gzip.len();
    gzip.resize(len.next_multiple_of(4), 0);
    let text = z85::encode(&gzip).replace('<', "_");
    Ok(format!("<script id=\"{id}\" type=\"application/gzip\" data-bytes=\"{len}\">{text}</script>"))
}

fn compressed(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    // More rounds save a thousandth, and take as long each.
    let options = Options { iteration_count: ROUNDS, ..Options::default() };
    let mut gzip = Vec::new();
    zopfli::compress(options, Format::Gzip, bytes, &mut gzip)?;
    Ok(gzip)
}

/// The style sheets that the shell links, in its order.
fn styles(source: &Path, shell: &str) -> Result<String, Error> {
    let mut all = String::new();
    for line in shell.lines().filter(|line| line.contains(r#"data-trunk rel="css""#)) {
        let href = line.split(r#"href=""#).nth(1).and_then(|rest| rest.split('"').next());
        all.push_str(&fs::read_to_string(
            source.join(href.ok_or_else(|| Error::other("a link without href"))?),
        )?);
    }
    Ok(all)
}

/// What rustc emits today and every browser of the last years runs; nothing newer.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
    "--enable-simd",
];

/// A script or style sheet without what only people read: esbuild, which `make` installs from npm, writes it anew.
/// Names that other scripts use stay.
fn shortened(source: &Path, kind: &str, text: &str) -> Result<String, Error> {
    let tool = source.join("node_modules/.bin/esbuild");
    let mut esbuild = Command::new(&tool)
        .args(["--minify", "--charset=utf8", "--log-level=error"])
        .arg(format!("--loader={kind}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|error| missing(&tool, &error))?;
    // It reads all before it writes.
    let mut input = esbuild.stdin.take().ok_or_else(|| Error::other("esbuild has no input"))?;
    input.write_all(text.as_bytes())?;
    drop(input);
    let made = esbuild.wait_with_output()?;
    match made.status.success() {
        true => String::from_utf8(made.stdout).map_err(Error::other),
        false => Err(Error::other("esbuild failed")),
    }
}

fn missing(tool: &Path, error: &Error) -> Error {
    Error::other(format!("{}: {error}; run `make setup`", tool.display()))
}

/// Shrinks the module with binaryen's wasm-opt, which `make` installs from npm.
fn optimise(source: &Path, module: &Path, level: &str) -> Result<(), Error> {
    let tool = source.join("node_modules/.bin/wasm-opt");
    let status = Command::new(&tool)
        .args(FEATURES)
        // What is only to be small may also share the bodies of functions.
        .args((level == "-Oz").then_some("--merge-similar-functions"))
        .args([level, "--strip-debug", "--strip-producers", "-o"])
        .args([module, module])
        .status()
        .map_err(|error| missing(&tool, &error))?;
    if status.success() { Ok(()) } else { Err(Error::other("wasm-opt failed")) }
}

fn assemble(
    shell: &str,
    style: &str,
    app: &Module,
    further: &[(&str, Module)],
    (boot, notice): (&str, &str),
) -> Result<String, Error> {
    let (glue, wasm) = (app.glue.as_str(), &app.element);
    // A closing tag inside would end the element early.
    let glues = further.iter().map(|(name, module)| (*name, module.glue.as_str()));
    for (name, text) in [("style", style), ("glue", glue)].into_iter().chain(glues) {
        if text.contains("</script") || text.contains("</style") {
            return Err(Error::other(format!("{name} contains a closing tag")));
        }
    }
    // Such a module is data until it is needed: a type that no browser runs.
    let mut elements = String::new();
    for (name, module) in further {
        elements.push_str(&format!(
            "<script id=\"fuin-{name}-glue\" type=\"text/plain\">{}</script>\n\
             {}\n",
            module.glue, module.element
        ));
    }
    let mut page =
        String::with_capacity(wasm.len() + elements.len() + glue.len() + style.len() + shell.len());
    for line in shell.lines().filter(|line| !line.contains("data-trunk")) {
        match line.trim() {
            "<!-- fold: style -->" => page.push_str(&format!("<style>{style}</style>")),
            "<!-- fold: scripts -->" => page.push_str(&format!(
                "{wasm}\n\
                 <script id=\"fuin-glue\">{glue}</script>\n\
                 <script>{boot}</script>\n\
                 {elements}\
                 {notice}"
            )),
            _ => page.push_str(line),
        }
        page.push('\n');
    }
    let scripts = format!("{} {}", hash(glue), hash(boot));
    let page = page.replace("FOLD-SCRIPT-HASHES", &scripts).replace("FOLD-STYLE-HASHES", &hash(style));
    let page = as_browsers_write(&page);
    let page = page.replace(OWN_HASH, &hex_hash(&page));
    if page.contains("FOLD-") || page.contains("<!-- fold") {
        return Err(Error::other("index.html has a fold mark that was not filled"));
    }
    Ok(page)
}

/// What stands for the hash of the page in itself (`platform/own_file.rs`).
const OWN_HASH: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The page as a browser writes it that read it (HTML, §13.3): then the page can hand itself out.
fn as_browsers_write(page: &str) -> String {
    let page = page.replace("translate=\"no\">\n<head>", "translate=\"no\"><head>");
    page.replace("</body>\n</html>\n", "</body></html>")
}

fn hex_hash(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// A source expression of Content Security Policy level 3, §2.3.1.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text.as_bytes())))
}
