//! What intake says about the people who put matters forward.

use super::{Code, Reason};

reasons! {
    CONTACT_NOT_FOUND: NotFound,
        "事项 {matter} 没有登记提事人联系方式",
        "no contact is kept for the proposer of {matter}",
        "Keep one with SetContact.";
    CONTACT_ERASED: FailedPrecondition,
        "{matter} 的提事人联系方式已删除，不能恢复",
        "the contact of the proposer of {matter} was erased for good",
        "Nothing to do; a new one may be kept while the matter has not ended.";
    CONTACT_SEALED: FailedPrecondition,
        "本节点没有 {unit} 的密钥，或没有封存的联系方式，不能打开",
        "this node has no key of {unit} that opens the contact, or does not hold what was sealed",
        "Ask the node that hosts the village. If that is this one, put back its person.key, or add to person.units the key that the village's node before had (services/decisions/0019).";
}
