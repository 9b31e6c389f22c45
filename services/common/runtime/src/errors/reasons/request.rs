//! What can be wrong with any request, to any service.

use super::{Code, Reason};

reasons! {
    // The request as it stands.
    INVALID_FIELDS: InvalidArgument,
        "请求有 {count} 处填写有误",
        "{count} field(s) of the request are wrong",
        "Read the field violations: each says what would be right.";
    PAGE_TOKEN_INVALID: InvalidArgument,
        "page_token 不是本服务为同一查询给出的",
        "page_token was not given by this service for the same query",
        "Start again without a page token; keep all other fields the same from page to page.";
    CURSOR_UNKNOWN: FailedPrecondition,
        "本库从未有过该位置，可能已从备份恢复",
        "this database never had that position; it may have been restored from a backup",
        "Start again without a cursor; what was dealt with before shows by its key.";
    MESSAGE_MALFORMED: InvalidArgument,
        "请求内容无法解析：{detail}",
        "the message cannot be read: {detail}",
        "Encode the message with the published contract, uncompressed.";
    MESSAGE_TOO_LARGE: ResourceExhausted,
        "消息过大：{detail}",
        "the message is too large: {detail}",
        "Send less at once: smaller pages, shorter texts.";
    COMPRESSION_UNSUPPORTED: Unimplemented,
        "不接受压缩的消息",
        "compressed messages are not taken",
        "Send messages uncompressed: without `grpc-encoding`, or with `identity`.";
    METHOD_UNKNOWN: Unimplemented,
        "本服务没有方法 {method}",
        "this server does not serve {method}",
        "Check the address and the contract; `grpcurl ADDRESS list` shows what is served.";

    // Who asks.
    UNAUTHENTICATED: Unauthenticated,
        "无法确认调用者身份",
        "the caller's identity is missing or wrong",
        "Read the field violations: each names a header and what would be right.";
    PERMISSION_DENIED: PermissionDenied,
        "无权进行此操作，或对象不存在",
        "the caller may not do this here, or the object does not exist",
        "Ask the unit the object belongs to. Absent and forbidden are told alike on purpose.";

    // What is asked about.
    UNIT_UNKNOWN: NotFound,
        "行政区划登记中没有 {unit}",
        "the register has no unit {unit}",
        "Check the 12-digit code against the register of the node.";
    UNIT_NOT_HOSTED: NotFound,
        "{unit} 不在本节点",
        "unit {unit} is not hosted by this node",
        "Ask the node that hosts the unit.";
    VILLAGE_SUCCEEDED: FailedPrecondition,
        "{village} 自 {day} 起撤销，由 {successor} 承接",
        "village {village} is no more since {day}; {successor} answers for what it left open",
        "Act for the successor: it goes on with what is open, and proposes under its own code.";
    UNIT_MOVED: FailedPrecondition,
        "{unit} 已移交节点 {node}，现由 {address} 受理",
        "unit {unit} has moved to the node {node} at {address}",
        "Send the same request to the new address. If it had been done here before, this node would have given its answer.";
    MATTER_NOT_FOUND: NotFound,
        "没有事项 {matter}",
        "there is no matter {matter}",
        "Check the name; `ListMatters` shows what there is.";

    // Repeats and races.
    REQUEST_ID_REUSED: AlreadyExists,
        "request_id {request_id} 已用于另一内容的请求",
        "request_id {request_id} was used for a request with other content",
        "Make a new UUID for a new request; keep it only to repeat the very same one.";
    STALE_ETAG: Aborted,
        "对象已被他人修改：etag 应为 {current}",
        "the object has changed since it was read: its etag is {current}",
        "Read the object again, decide again, send its new etag.";

    // The server's state.
    OVERLOADED: ResourceExhausted,
        "服务繁忙，请稍后重试",
        "the server is busy",
        "Wait as long as RetryInfo says, then send the same request with the same request_id.";
    STOPPING: Unavailable,
        "服务正在停止",
        "the server is stopping",
        "Send the same request with the same request_id to another replica, or later.";
    NOT_WRITER: Unavailable,
        "本副本当前不受理写入",
        "this replica does not write at present",
        "Send the same request with the same request_id again; the service finds its writer.";
    RECOVERING: Unavailable,
        "本节点的数据库为新建或由备份恢复，正从其他节点取回应有的记录，暂不受理写入",
        "this node's database is new or was restored from a backup and is taking in what others hold of it before it writes",
        "Send the same request with the same request_id later; `yishi status` shows what the recovery waits for.";
    RECOVERY_NOT_WAITING: NotFound,
        "{service} 并未等待节点 {node}",
        "{service} does not wait for the node {node}",
        "`yishi status` shows which nodes a recovering service waits for.";
    NODE_NOT_BELOW: NotFound,
        "{node} 不是本节点的下级节点",
        "{node} is no node right below this one",
        "`yishi status` shows the links of the node, and by which key each node below is known.";
    DEADLINE_TOO_SHORT: DeadlineExceeded,
        "时限 {given_ms} 毫秒过短，至少需要 {least_ms} 毫秒",
        "a deadline of {given_ms} ms is too short: at least {least_ms} ms are needed",
        "Send the same request with the same request_id and a longer deadline.";
    DEADLINE_EXCEEDED: DeadlineExceeded,
        "{after_ms} 毫秒内未能完成",
        "not done within {after_ms} ms",
        "The request may have acted: send it again with the same request_id to learn its answer.";
    INTERNAL: Internal,
        "服务内部错误",
        "something went wrong inside the server",
        "Send the same request with the same request_id again; if it stays, give the operator RequestInfo.request_id.";

    // Moves (admin listener).
    NODE_BELOW: FailedPrecondition,
        "{unit} 辖内的 {node} 已有自己的节点，请先将其收回",
        "a unit below {unit} has a node of its own, {node}: take that one back first",
        "Take the unit named by `node` back with `yishi unit reclaim`, or move that one only.";
    MOVE_UNDER_WAY: FailedPrecondition,
        "{unit} 的移交尚未完成",
        "unit {unit} is still being moved",
        "`yishi unit list` shows what is waited for; ask again when that is done.";
    UNIT_HERE: FailedPrecondition,
        "{unit} 就在本节点",
        "unit {unit} is hosted by this node",
        "`yishi unit list` shows which units are hosted elsewhere.";

    // The clock (admin listener).
    MANUAL_CLOCK_ONLY: FailedPrecondition,
        "系统时钟不能调整",
        "the system clock cannot be moved",
        "Start the node with `clock.kind = \"manual\"` to move its clock.";
    CLOCK_BACKWARDS: FailedPrecondition,
        "时钟已到 {now}，不能退回 {to}",
        "the clock stands at {now} and cannot go back to {to}",
        "Name an instant that is not before.";
}
