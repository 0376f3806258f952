//! Build step: folds what Trunk built into `dist/fuin.html`, one file without any outside reference.
//!
//! The shell is the root `index.html`; Trunk's link lines go, the style sheet, the glue script, the boot script and
//! the compressed module come in, and the policy gets the hashes of exactly these scripts and styles.
//! Run by Trunk as a hook (`Trunk.toml`), with the paths it passes in the environment.

use std::{
    env, fs,
    io::{Error, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use data_encoding::BASE64;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// Runs in the page, behind the glue script.
const BOOT: &str = include_str!("boot.js");

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
    let mut glue = fs::read_to_string(find(&staging, ".js")?)?;
    glue.push('\n');
    let module_path = find(&staging, "_bg.wasm")?;
    optimise(&source, &module_path)?;
    let module = fs::read(&module_path)?;
    let shell = fs::read_to_string(source.join("index.html"))?;
    let style = styles(&source, &shell)?;
    let page = assemble(&shell, &style, &glue, &module)?;
    fs::write(staging.join("fuin.html"), page)
}

/// The one file in Trunk's output that ends like this.
fn find(folder: &Path, ending: &str) -> Result<PathBuf, Error> {
    let mut hits = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(ending) && name != "sw.js" {
            hits.push(path);
        }
    }
    match (hits.pop(), hits.is_empty()) {
        (Some(path), true) => Ok(path),
        _ => Err(Error::other(format!("expected exactly one *{ending} in {}", folder.display()))),
    }
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
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-multivalue",
];

/// Shrinks the module with binaryen's wasm-opt, which `make` installs from npm.
fn optimise(source: &Path, module: &Path) -> Result<(), Error> {
    let tool = source.join("node_modules/.bin/wasm-opt");
    let status = Command::new(&tool)
        .args(FEATURES)
        .args(["-Os", "--strip-debug", "--strip-producers", "-o"])
        .args([module, module])
        .status()
        .map_err(|error| Error::other(format!("{}: {error}; run `make setup`", tool.display())))?;
    if status.success() { Ok(()) } else { Err(Error::other("wasm-opt failed")) }
}

fn assemble(shell: &str, style: &str, glue: &str, module: &[u8]) -> Result<String, Error> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(module)?;
    let packed = BASE64.encode(&gzip.finish()?);
    // A closing tag inside would end the element early.
    for (name, text) in [("style", style), ("glue", glue)] {
        if text.contains("</script") || text.contains("</style") {
            return Err(Error::other(format!("the {name} contains a closing tag")));
        }
    }
    let mut page = String::with_capacity(packed.len() + glue.len() + style.len() + shell.len());
    for line in shell.lines().filter(|line| !line.contains("data-trunk")) {
        match line.trim() {
            "<!-- fold: style -->" => page.push_str(&format!("<style>{style}</style>")),
            "<!-- fold: scripts -->" => page.push_str(&format!(
                "<script id=\"fuin-wasm\" type=\"application/gzip\">{packed}</script>\n<script id=\"fuin-glue\">{glue}</script>\n<script>{BOOT}</script>"
            )),
            _ => page.push_str(line),
        }
        page.push('\n');
    }
    let scripts = format!("{} {}", hash(glue), hash(BOOT));
    let page = page.replace("FOLD-SCRIPT-HASHES", &scripts).replace("FOLD-STYLE-HASHES", &hash(style));
    if page.contains("FOLD-") || page.contains("<!-- fold") {
        return Err(Error::other("index.html has a fold mark that was not filled"));
    }
    Ok(page)
}

/// A source expression of Content Security Policy level 3, §2.3.1.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text.as_bytes())))
}
