//! 公示文书: the notice as it is printed and hung out, the same from the same facts on every machine.

use yishi_kernel::Date;

use crate::{Category, Deliberation, Matter, Meeting, MeetingKind, Notice};

/// What a document is made of.
#[derive(Debug, Clone, Copy)]
pub struct NoticeDocument<'a> {
    /// The village's name.
    pub village: &'a str,
    /// The matter that was decided on.
    pub matter: &'a Matter,
    /// The notice that hangs out, or has hung out.
    pub notice: &'a Notice,
    /// The meeting that decided.
    pub deliberation: &'a Deliberation,
    /// The number of the notice's entry in the village's journal.
    pub seq: i64,
    /// The chain of that entry: the digest of it and of everything before it.
    pub chain: &'a str,
}

impl<'a> NoticeDocument<'a> {
    /// The document of a matter's notice, if one hangs out or has hung out.
    pub fn of(village: &'a str, matter: &'a Matter, seq: i64, chain: &'a str) -> Option<Self> {
        let notice = matter.notice()?;
        Some(Self { village, matter, notice, deliberation: matter.deliberation.as_ref()?, seq, chain })
    }
}

/// A heading and what stands below it.
type Section = (&'static str, Vec<String>);

impl NoticeDocument<'_> {
    /// As plain text.
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.heading(), self.matter.content.title);
        for (heading, lines) in self.sections() {
            text += &format!("\n{heading}\n");
            for line in lines {
                text += &format!("  {line}\n");
            }
        }
        let (village, day) = (self.village, chinese(self.notice.published.date()));
        text + &format!("\n{village}\n{day}\n\n{}\n", self.made_from())
    }

    /// As one page for a browser or a printer, which needs nothing else.
    pub fn html(&self) -> String {
        let (heading, title) = (escaped(&self.heading()), escaped(&self.matter.content.title));
        let mut body = format!("<h1>{heading}</h1>\n<h2>{title}</h2>\n");
        for (heading, lines) in self.sections() {
            body += &format!("<h3>{heading}</h3>\n");
            for line in lines {
                body += &format!("<p>{}</p>\n", escaped(&line));
            }
        }
        let (village, day) = (escaped(self.village), chinese(self.notice.published.date()));
        body += &format!("<p class=\"seal\">{village}<br>{day}</p>\n<footer>{}</footer>\n", self.made_from());
        format!(
            "{HEAD}<title>{heading}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
        )
    }

    fn heading(&self) -> String {
        format!("{}年度“一村一年一事”公示", self.matter.id.year)
    }

    fn sections(&self) -> Vec<Section> {
        let content = &self.matter.content;
        let mut what = vec![content.description.replace('\n', " ")];
        if !content.place.is_empty() {
            what.push(format!("地点：{}", content.place));
        }
        what.push(format!("类别：{}", category(content.category)));
        what.push(format!("受益：{} 户 {} 人", content.households, content.persons));
        what.push(format!("估算投资：{} 元", content.cost_estimate.yuan()));
        let first = chinese(self.notice.published.date());
        let last = self.notice.earliest_end.checked_add_days(-1).unwrap_or(self.notice.earliest_end);
        let days = format!("自 {first} 起，至 {} 止", chinese(last.date()));
        vec![
            ("一、事项", what),
            ("二、议事结果", decision(&self.deliberation.meeting)),
            ("三、公示期", vec![days]),
            ("四、异议", HOW_TO_OBJECT.map(str::to_owned).to_vec()),
        ]
    }

    fn made_from(&self) -> String {
        let Self { matter, seq, chain, .. } = self;
        format!("依据：{} 账簿第 {seq} 条；事项 {}；摘要链 {chain}", matter.id.village, matter.id)
    }
}

const HOW_TO_OBJECT: [&str; 3] = [
    "对上述决定有异议的，可在公示期内以书面或口头方式向村民委员会或村务监督委员会提出。",
    "异议逐条登记、逐条答复；登记时不公开异议人姓名。",
    "有异议尚未答复的，公示不结束；异议成立的，事项重新议事。",
];

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n";

const STYLE: &str = "@page{size:A4;margin:25mm}body{font-family:serif;max-width:42em;margin:2em auto;line-height:1.8}\
h1,h2{text-align:center}p{margin:0 0 0 2em}.seal{text-align:right;margin-top:2em}\
footer{margin-top:3em;font-size:.7em;word-break:break-all}";

fn decision(meeting: &Meeting) -> Vec<String> {
    let Meeting { held_on, entitled, present, in_favour, against, abstaining, .. } = meeting;
    let who = match meeting.kind {
        MeetingKind::VillagersAssembly => "村民会议",
        MeetingKind::VillagersRepresentatives => "村民代表会议",
    };
    vec![
        format!("{} 召开{who}，应到 {entitled} 人，实到 {present} 人。", chinese(*held_on)),
        format!("赞成 {in_favour} 票，反对 {against} 票，弃权 {abstaining} 票，通过。"),
    ]
}

fn category(category: Category) -> &'static str {
    match category {
        Category::Infrastructure => "基础设施",
        Category::Industry => "产业发展",
        Category::PublicService => "公共服务",
        Category::Governance => "乡村治理",
        Category::ReformAndOther => "改革及其他",
    }
}

fn chinese(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), u8::from(day.month()), day.day())
}

/// Text that a browser shows as it is.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::village::Village;

    fn with<T>(title: &str, read: impl FnOnce(&NoticeDocument<'_>) -> T) -> T {
        let mut village = Village::on("2021-12-01");
        let id = village.notice();
        let mut matter = village.matter(id).clone();
        matter.content.title = title.to_owned();
        read(&NoticeDocument::of("园艺村", &matter, 7, "ab12").unwrap())
    }

    #[test]
    fn it_says_who_decided_what_how_long_and_how_to_object() {
        let text = with("修村道", |document| document.text());
        for words in [
            "2022年度“一村一年一事”公示\n修村道\n",
            "赞成",
            "自 2021年12月1日 起，至 2021年12月8日 止",
            "可在公示期内",
            "园艺村\n2021年12月1日\n",
            "账簿第 7 条",
            "摘要链 ab12",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
    }

    #[test]
    fn what_people_wrote_is_no_markup() {
        let html = with("修<b>路</b> & \"桥\"", |document| document.html());
        assert!(html.contains("<h2>修&lt;b&gt;路&lt;/b&gt; &amp; &quot;桥&quot;</h2>"), "{html}");
        assert!(!html.contains("<b>") && !html.contains("http"), "it needs nothing from elsewhere");
        assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    }

    #[test]
    fn there_is_none_before_a_decision_hangs_out() {
        let mut village = Village::on("2021-12-01");
        let id = village.propose();
        assert!(NoticeDocument::of("园艺村", village.matter(id), 1, "").is_none());
    }

    #[test]
    fn the_same_facts_make_the_same_document() {
        assert_eq!(with("修村道", |document| document.html()), with("修村道", |document| document.html()));
    }
}
