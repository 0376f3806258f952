#!/usr/bin/env bash
# Compiles like rustc and lints like `cargo clippy -- -D warnings`, in one go: RUSTC_WORKSPACE_WRAPPER of scripts/test.sh.
exec clippy-driver "$@" -D warnings
