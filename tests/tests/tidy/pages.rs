//! Pages that name files must not outlive them.

use crate::arrows::Package;
use crate::tree::{File, Tree};

const PAGES: [&str; 2] = ["README.md", "services/README.md"];
const MAP: &str = "services/README.md";

/// Beginnings of `a/b` in code that are no paths of the repository: what is built, resource names, RPCs.
const ELSEWHERE: [&str; 4] = ["target/", "villages/", "units/", "yishi."];

/// Paths in inline code and in links of the two pages exist, seen from the page or from the top.
pub(crate) fn named_paths_exist(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for page in PAGES {
        let Some(page) = tree.file(page) else {
            findings.push(format!("{page}: missing\n  mend: write it; it is where a newcomer begins"));
            continue;
        };
        let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (number, path) in named(page) {
            if !tree.holds(&path) && !tree.holds(&resolved(folder, &path)) {
                findings.push(format!(
                    "{}:{number}: {path} does not exist\n  mend: name what does; if it is no path of the repository, add \
                     its beginning to ELSEWHERE in {}",
                    page.path,
                    file!()
                ));
            }
        }
    }
    findings
}

/// Each crate below services/ stands in the code map, as a path seen from there.
pub(crate) fn map_is_complete(tree: &Tree, packages: &[Package]) -> Vec<String> {
    let map = tree.file(MAP).map_or("", |page| &page.text);
    packages
        .iter()
        .filter_map(|package| package.folder().strip_prefix("services/"))
        .filter(|room| !map.contains(&format!("`{room}`")))
        .map(|room| {
            format!(
                "{MAP}: `{room}` is missing\n  mend: add a line that says what it is and what it never does"
            )
        })
        .collect()
}

/// Paths named outside fenced blocks, with their line.
fn named(page: &File) -> Vec<(usize, String)> {
    let mut fenced = false;
    let mut paths = Vec::new();
    for (number, line) in page.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let code = line.split('`').skip(1).step_by(2).filter(|token| is_path(token));
            let links = line
                .split("](")
                .skip(1)
                .filter_map(|rest| rest.split([')', '#']).next())
                .filter(|link| is_link(link));
            paths.extend(code.chain(links).map(|path| (number, path.to_owned())));
        }
    }
    paths
}

fn is_path(token: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    token.contains('/')
        && token.chars().all(plain)
        && !token.starts_with('/')
        && !ELSEWHERE.iter().any(|beginning| token.starts_with(beginning))
}

fn is_link(link: &str) -> bool {
    !link.is_empty() && !link.contains(':')
}

/// `../proto` seen from `services` is `proto`.
fn resolved(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part != ".." {
            parts.push(part);
        } else if parts.pop().is_none() {
            return path.to_owned();
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(top: &str, map: &str) -> Vec<String> {
        named_paths_exist(&Tree::of(&[
            ("README.md", top),
            (MAP, map),
            ("proto/a.proto", ""),
            ("services/common/kernel/Cargo.toml", ""),
        ]))
    }

    #[test]
    fn paths_that_exist_pass() {
        let top =
            "`proto/a.proto`, [map](services/README.md#rooms), `services/`\n```\n`old/path`\n```\n`make run`";
        let map =
            "`common/kernel`, `../proto`, `proto/`, [up](../README.md), [web](https://a.b/c), `./common`";
        assert_eq!(found(top, map), [""; 0]);
        assert_eq!(
            found("`target/bench/report.json` `villages/1/matters/2022-7` `a/<b>` `/etc/hosts`", ""),
            [""; 0]
        );
    }

    #[test]
    fn paths_that_are_gone_are_found() {
        for bad in
            ["`proto/b.proto`", "[a](b.md)", "`services/common/kern`", "`../proto`", "fine, `gone/away` too"]
        {
            assert_eq!(found(bad, "").len(), 1, "{bad}");
        }
        for bad in ["`common/core`", "`kernel/`", "[a](../../README.md)", "[a](../proto/a.proto/b)"] {
            assert_eq!(found("", bad).len(), 1, "{bad}");
        }
    }

    #[test]
    fn a_missing_page_is_found() {
        assert_eq!(named_paths_exist(&Tree::of(&[("README.md", "")])).len(), 1);
    }

    #[test]
    fn a_room_without_a_line_is_found() {
        let rooms = crate::arrows::workspace();
        let all = rooms.iter().filter(|package| package.folder().starts_with("services/")).count();
        assert!(all > 0);
        assert_eq!(map_is_complete(&Tree::of(&[(MAP, "nothing")]), &rooms).len(), all);
        assert_eq!(map_is_complete(&Tree::of(&[(MAP, "`common/kernel`")]), &rooms).len(), all - 1);
    }
}
