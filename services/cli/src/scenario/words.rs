//! What villages ask for, in their words.

use yishi_kernel::Seeded;
use yishi_proto::intake::v1::Category;

/// One kind of thing to ask for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Theme {
    pub(super) category: Category,
    pub(super) subcategory: &'static str,
    pub(super) title: &'static str,
    pub(super) why: &'static str,
}

const fn theme(
    category: Category,
    subcategory: &'static str,
    title: &'static str,
    why: &'static str,
) -> Theme {
    Theme { category, subcategory, title, why }
}

use Category::{Governance, Industry, Infrastructure, PublicService, ReformAndOther};

const THEMES: [Theme; 24] = [
    theme(Infrastructure, "village_road", "通组道路硬化", "雨天泥泞，车辆进出和农产品外运都不方便"),
    theme(Infrastructure, "irrigation", "灌溉渠道砌护", "土渠渗漏严重，下游农田灌不上水"),
    theme(Infrastructure, "drinking_water", "自来水管网改造", "管道老化，冬季常有爆裂停水"),
    theme(Infrastructure, "street_light", "主干道路灯安装", "夜间出行看不清路，老人孩子不安全"),
    theme(Infrastructure, "drainage", "排水沟渠修建", "雨水无处排放，房前屋后积水"),
    theme(Infrastructure, "bridge", "生产桥修建", "过渠要绕行很远，农机无法通过"),
    theme(Industry, "greenhouse", "日光温棚建设", "冬春蔬菜销路好，农户愿意扩大种植"),
    theme(Industry, "cattle_shed", "肉牛养殖圈棚建设", "散养防疫难，集中养殖可以降低成本"),
    theme(Industry, "cold_store", "冷藏保鲜库建设", "瓜菜集中上市压价，需要错峰销售"),
    theme(Industry, "goji_drying", "枸杞烘干设施建设", "晾晒靠天，遇雨损失大"),
    theme(Industry, "grain_mill", "杂粮加工车间建设", "原粮外销价格低，加工后可以增收"),
    theme(PublicService, "clinic", "村卫生室改造", "房屋陈旧，看病取药没有合适的地方"),
    theme(PublicService, "canteen", "老年饭桌建设", "留守老人做饭困难，希望就近用餐"),
    theme(PublicService, "culture_square", "文化广场建设", "村民活动和办事缺少场地"),
    theme(PublicService, "bus_stop", "候车亭建设", "学生冬季等车没有遮风的地方"),
    theme(PublicService, "bathhouse", "便民浴室建设", "冬季洗澡要到镇上，往返不便"),
    theme(Governance, "points_shop", "积分超市建设", "用积分鼓励村民参与村内公共事务"),
    theme(Governance, "waste_sorting", "垃圾分类收集点建设", "垃圾随意堆放，影响村容村貌"),
    theme(Governance, "sanitary_toilet", "卫生厕所改造", "旱厕夏季气味大，村民要求改造"),
    theme(Governance, "mediation_room", "矛盾调解室建设", "邻里纠纷需要固定的调解场所"),
    theme(Governance, "safety_camera", "平安乡村监控安装", "路口和仓库附近发生过失窃"),
    theme(ReformAndOther, "collective_shares", "集体资产股份合作改革", "集体资产底数不清，收益分配有争议"),
    theme(ReformAndOther, "land_transfer", "土地流转服务站建设", "流转手续不规范，合同纠纷多"),
    theme(ReformAndOther, "idle_homestead", "闲置宅基地盘活利用", "闲置院落多年无人管理，可以集中利用"),
];

const PLACES: [&str; 10] = [
    "村委会以东",
    "村委会以西",
    "一组",
    "二组",
    "三组",
    "四组",
    "五组",
    "一组至三组",
    "老庄点",
    "移民安置点",
];

pub(super) const WITHDRAWALS: [&str; 3] =
    ["提议人与邻户商量后自行解决", "提议人已外出务工，暂不需要", "提议人希望明年再提"];
pub(super) const DECLINES: [&str; 4] = [
    "受益户数较少，本年度先办更急需的事项",
    "已列入乡镇项目计划，不再重复安排",
    "用地手续尚未办妥",
    "多数村民代表认为条件不成熟",
];
pub(super) const OBJECTIONS: [&str; 4] = [
    "选址离我家院墙太近，担心影响通行",
    "受益范围没有包括北边几户",
    "担心后期管护没有人负责",
    "希望公开资金来源和用途",
];
pub(super) const ANSWERS: [&str; 3] = [
    "已现场核实并向提出人说明，方案不变",
    "资金来源和用途已在公示栏补充公开",
    "管护由村委会负责，已写入村规民约",
];
pub(super) const UPHELD: [&str; 2] = ["意见合理，调整方案后重新议事", "核实情况属实，扩大受益范围后重新议事"];

pub(super) const RAISES: [&str; 4] = [
    "所需资金超出本级能力，请上级统筹",
    "涉及多个部门，本级无法协调",
    "工程跨越本级管辖范围",
    "缺少技术和施工力量，请上级支持",
];
pub(super) const RETURNS: [&str; 2] = ["材料不全，请补充后再报", "属本级职责范围，请自行办理"];
pub(super) const OUTCOMES: [&str; 3] =
    ["责任单位和责任人已明确，按计划实施", "资金和用地已落实，进入实施", "方案已审定，由承办单位组织实施"];
pub(super) const COORDINATED: [&str; 2] =
    ["已现场踏勘，实施方案已会商确定", "已列入部门年度计划，安排专人对接"];
pub(super) const EXCUSES: [&str; 2] = ["不属于本部门职责", "本年度计划已经下达，无法增列"];
/// Kinds of departments, as the contract writes them.
pub(super) const DEPARTMENTS: [&str; 6] =
    ["natural_resources", "ecology", "housing", "transport", "water", "agriculture"];

pub(super) const UNDER_WAY: [&str; 3] =
    ["主体工程正在施工", "材料已进场，按计划推进", "基础部分完成并通过检查"];
pub(super) const DONE: [&str; 2] = ["全部内容已完成，正在整理资料", "完工并清理现场"];
pub(super) const ACHIEVEMENTS: [&str; 3] =
    ["建成并投入使用，受益群众反映良好", "按方案完成，已移交村委会管护", "完成全部建设内容，资料齐全"];

/// Something of any category.
pub(super) fn any(chance: &mut Seeded) -> Theme {
    *chance.pick(&THEMES).expect("there are themes")
}

/// Something of one category.
pub(super) fn of(category: Category, chance: &mut Seeded) -> Theme {
    let themes: Vec<Theme> = THEMES.into_iter().filter(|theme| theme.category == category).collect();
    *chance.pick(&themes).expect("each category has themes")
}

pub(super) fn place(chance: &mut Seeded) -> &'static str {
    chance.pick(&PLACES).expect("there are places")
}
