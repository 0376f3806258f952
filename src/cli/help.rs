//! The arguments, with `--help` and mistakes in the language that is spoken.
//!
//! Entry point: [`read`]. Absent: which arguments there are (`args`), and their English words, which stand there.

use clap::{
    Arg, Command, CommandFactory, Error, FromArgMatches,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{args::Args, words::is_japanese};

/// The name under which words are said of an argument of any command.
const ANY: &str = "any";

/// Reads the arguments. Prints the help that was asked for, or what is wrong with them, and ends.
pub(crate) fn read() -> Args {
    let matches = command().try_get_matches().unwrap_or_else(|error| refuse(&error));
    Args::from_arg_matches(&matches).unwrap_or_else(|error| refuse(&error))
}

/// The command in the language that is spoken.
fn command() -> Command {
    let mut command = Args::command();
    if is_japanese() {
        command.build();
        let words = include_str!("words/help.ja.toml").parse().unwrap_or_default();
        command = in_japanese(command, "fuin", &words);
    }
    command
}

const TEMPLATE: &str = "{about-with-newline}\n使い方: {usage}\n\n{all-args}";

fn in_japanese(command: Command, path: &str, words: &toml::Table) -> Command {
    let word = |name: &str| {
        let of = |table: &str| words.get(table)?.get(name)?.as_str().map(str::to_owned);
        of(path).or_else(|| of(ANY))
    };
    let about = word("about").unwrap_or_default();
    let command = command
        .about(about.clone())
        .long_about(about)
        .help_template(TEMPLATE)
        .subcommand_help_heading("コマンド")
        .mut_args(|arg| with_words(arg, &word));
    command.mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        // `fuin help seal` lists the commands once more, without arguments.
        if sub.get_name() == "help" { helper(sub, words) } else { in_japanese(sub, &path, words) }
    })
}

fn helper(command: Command, words: &toml::Table) -> Command {
    let about = words.get("fuin help").and_then(|table| table.get("about")?.as_str()).unwrap_or_default();
    command.about(about.to_owned())
}

/// One argument with its words; what clap adds in English is said in them.
fn with_words(arg: Arg, word: &impl Fn(&str) -> Option<String>) -> Arg {
    let heading = if arg.is_positional() { "引数" } else { "オプション" };
    let help = word(arg.get_id().as_str()).unwrap_or_default();
    let usual: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let usual = match usual.join("、") {
        usual if usual.is_empty() || !arg.get_action().takes_values() => String::new(),
        usual => format!("（指定しないときは {usual}）"),
    };
    let possible = if arg.get_action().takes_values() { arg.get_possible_values() } else { Vec::new() };
    let names: Vec<_> = possible.iter().map(clap::builder::PossibleValue::get_name).collect();
    let names = if names.is_empty() { String::new() } else { format!("［{}］", names.join("、")) };
    let listed = possible.iter().map(|value| match value.get_help() {
        Some(help) => format!("\n- {}：{help}", value.get_name()),
        None => format!("\n- {}", value.get_name()),
    });
    let long = format!("{help}{usual}{}", listed.collect::<String>());
    // Where values have no words, the short list is enough.
    let long = if possible.iter().any(|value| value.get_help().is_some()) {
        long
    } else {
        format!("{help}{usual}{names}")
    };
    arg.help_heading(heading)
        .help(format!("{help}{usual}{names}"))
        .long_help(long)
        .hide_default_value(true)
        .hide_possible_values(true)
        .hide_env(true)
}

/// Prints help where it was asked for, else the mistake, and ends: 0, or 2.
fn refuse(error: &Error) -> ! {
    let is_mistake =
        error.exit_code() != 0 && error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if !(is_mistake && is_japanese()) {
        error.exit();
    }
    let usage = error.get(ContextKind::Usage).map(|usage| usage.to_string().replace("Usage: ", "使い方: "));
    let usage = usage.map(|usage| format!("\n\n{usage}")).unwrap_or_default();
    eprintln!("誤り: {}{usage}\n\n詳しくは --help を付けて実行してください。", mistake(error));
    std::process::exit(error.exit_code());
}

/// What is wrong with the arguments.
fn mistake(error: &Error) -> String {
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(all)) => all.join("、"),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(all)) => {
            all.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")
        }
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let (arg, value) = (named(ContextKind::InvalidArg), named(ContextKind::InvalidValue));
    let like = |kind| match named(kind) {
        text if text.is_empty() => String::new(),
        text => format!("（{text} のことですか）"),
    };
    match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("必要な指定がありません：{arg}"),
        ErrorKind::UnknownArgument => {
            format!("この指定はありません：{arg}{}", like(ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand => {
            let command = named(ContextKind::InvalidSubcommand);
            format!("このコマンドはありません：{command}{}", like(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingSubcommand => "コマンドを指定してください。".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("{arg} の値がありません。"),
        ErrorKind::InvalidValue => {
            format!("{arg} に「{value}」は使えません。使える値：{}", named(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => {
            // What is not ours is English.
            let how = std::error::Error::source(error).map(ToString::to_string).filter(|how| !how.is_ascii());
            format!("{arg} に「{value}」は使えません。{}", how.unwrap_or_default())
        }
        ErrorKind::ArgumentConflict => {
            format!("{arg} と {} は、同時に指定できません。", named(ContextKind::PriorArg))
        }
        ErrorKind::InvalidUtf8 => "読めない文字（UTF-8 でないもの）があります。".to_owned(),
        _ => format!("{arg} の値の数が違います。"),
    }
}
