//! Forms as they come in, and what is said about them. A token is made a digest here, and goes no further.

use yishi_appraisal_domain::{Answers, Batch, Form, FormsCounted, TokenHash, limits};
use yishi_kernel::{Level, Register, RequestId, UnitCode, Year};
use yishi_proto::appraisal::v1 as pb;
use yishi_runtime::check::Checker;
use yishi_runtime::errors::Failure;

use super::fields::of_level;

/// A batch that can be counted: whose, of which year, under which id.
pub(crate) struct Sent {
    pub(crate) village: UnitCode,
    pub(crate) year: Year,
    pub(crate) request_id: RequestId,
    pub(crate) batch: Batch,
}

/// One message of the stream; `digest` makes of a token what may be kept of it.
pub(crate) fn batch(
    message: &pb::SubmitFormsRequest,
    register: &Register,
    digest: impl Fn(&str) -> TokenHash,
) -> Result<Sent, Failure> {
    let mut check = Checker::default();
    let village = check.unit_name("parent", "villages", &message.parent);
    let village = village.and_then(|unit| of_level(&mut check, "parent", unit, Level::Village, register));
    let year = check.year("year", message.year);
    let (forms, range) = (message.forms.len(), limits::FORMS_PER_BATCH);
    if !range.contains(&forms) {
        let (least, most) = (range.start(), range.end());
        check.refuse(
            "forms",
            format!("应为 {least} 至 {most} 份，现为 {forms} 份"),
            format!("send {least} to {most}; there are {forms}"),
        );
    }
    let request_id = check.request_id("request_id", &message.request_id);
    let (village, year, request_id) = check.finish(|| Some((village?, year?, request_id?)))?;
    Ok(Sent { village, year, request_id, batch: read(&message.forms, digest) })
}

fn read(forms: &[pb::SurveyForm], digest: impl Fn(&str) -> TokenHash) -> Batch {
    let mut batch = Batch { forms: Vec::with_capacity(forms.len()), ..Batch::default() };
    for form in forms {
        if !is_token(&form.token) {
            batch.malformed_tokens += 1;
        } else if let Some(answers) = answers(&form.answers) {
            batch.forms.push(Form { token: digest(&form.token), answers });
        } else {
            batch.wrong_answers += 1;
        }
    }
    batch
}

fn is_token(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    limits::TOKEN_CHARS.contains(&text.len()) && text.bytes().all(plain)
}

fn answers(given: &[i32]) -> Option<Answers> {
    let grades: Vec<u8> = given.iter().map(|&grade| u8::try_from(grade)).collect::<Result<_, _>>().ok()?;
    Answers::new(grades.try_into().ok()?)
}

/// What is said about one batch.
pub(crate) fn counted(counted: &FormsCounted) -> pb::SubmitFormsResponse {
    let problems = [
        (pb::FormProblem::MalformedToken, counted.malformed_tokens),
        (pb::FormProblem::WrongAnswers, counted.wrong_answers),
    ];
    let refused = problems.into_iter().filter(|(_, forms)| *forms > 0);
    pb::SubmitFormsResponse {
        batches: 1,
        accepted: counted.survey.forms().into(),
        repeated_forms: counted.repeated.into(),
        refused: refused
            .map(|(problem, forms)| pb::RefusedForms { problem: problem as i32, forms: forms.into() })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use yishi_appraisal_domain::{UnitYear, World, count};

    use super::*;

    const VILLAGE: &str = "640324100200";

    fn register() -> Register {
        let divisions = "code,parent,level,name\n640000000000,,region,宁夏\n640324000000,640000000000,county,同心\n\
                         640324100000,640324000000,township,豫海\n640324100200,640324100000,village,甲\n";
        Register::parse(divisions, "village,neighbour\n").unwrap()
    }

    fn form(token: &str, answers: &[i32]) -> pb::SurveyForm {
        pb::SurveyForm { token: token.to_owned(), answers: answers.to_vec() }
    }

    fn message(forms: Vec<pb::SurveyForm>) -> pb::SubmitFormsRequest {
        pb::SubmitFormsRequest {
            parent: format!("villages/{VILLAGE}"),
            year: 2022,
            forms,
            request_id: "5f0f3c1e-8a54-4c7b-9d1e-2b7f60a4c9d3".to_owned(),
        }
    }

    /// Not a digest, but enough to tell tokens of one length apart.
    fn digest(token: &str) -> TokenHash {
        let mut hash = [0; 32];
        hash.iter_mut().zip(token.bytes().rev()).for_each(|(to, from)| *to = from);
        TokenHash::new(hash)
    }

    fn refusal(message: &pb::SubmitFormsRequest) -> &'static str {
        batch(message, &register(), digest).map(|_| ()).unwrap_err().reason().name
    }

    #[test]
    fn a_form_that_cannot_be_counted_does_not_hold_up_the_others() {
        let sent = message(vec![
            form("token-000000001A", &[1, 2, 3, 4, 5]),
            form("short", &[9]),
            form("令牌令牌令牌令牌令牌令牌", &[1; 5]),
            form(&"x".repeat(65), &[1; 5]),
            form("token-000000001B", &[0, 2, 3, 4, 5]),
            form("token-000000001B", &[1, 2, 3, 4]),
            form("token-000000001B", &[1, 2, 3, 4, 5, 5]),
            form("token-000000001B", &[256 + 1, 2, 3, 4, 5]),
            form("token-000000001A", &[5; 5]),
        ]);
        let read = batch(&sent, &register(), digest).unwrap();
        assert_eq!((read.village.to_string(), read.year.get()), (VILLAGE.to_owned(), 2022));
        assert_eq!(
            (read.batch.forms.len(), read.batch.malformed_tokens, read.batch.wrong_answers),
            (2, 3, 4)
        );
        let about = UnitYear { unit: read.village, year: read.year };
        let said = counted(&count(&World::default(), about, &read.batch).forms);
        assert_eq!((said.batches, said.accepted, said.repeated_forms), (1, 1, 1));
        let refused: Vec<_> = said.refused.iter().map(|row| (row.problem(), row.forms)).collect();
        assert_eq!(refused, [(pb::FormProblem::MalformedToken, 3), (pb::FormProblem::WrongAnswers, 4)]);
    }

    #[test]
    fn the_extremes_of_a_token_are_tokens() {
        for token in ["A.z_0:-012345678", &"9".repeat(64)] {
            assert!(is_token(token), "{token}");
        }
        for wrong in ["A.z_0:-01234567", "A.z_0:-0123456 8", "A.z_0:-0123456\08", ""] {
            assert!(!is_token(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_batch_is_of_a_village_and_neither_empty_nor_endless() {
        let one = form("token-000000001A", &[1; 5]);
        assert!(batch(&message(vec![one.clone(); 1_000]), &register(), digest).is_ok());
        for wrong in [
            message(Vec::new()),
            message(vec![one.clone(); 1_001]),
            pb::SubmitFormsRequest {
                parent: "villages/640324100000".to_owned(),
                ..message(vec![one.clone()])
            },
            pb::SubmitFormsRequest { year: 1999, ..message(vec![one.clone()]) },
            pb::SubmitFormsRequest { request_id: String::new(), ..message(vec![one]) },
        ] {
            assert_eq!(refusal(&wrong), "INVALID_FIELDS", "{:?}", wrong.parent);
        }
    }
}
