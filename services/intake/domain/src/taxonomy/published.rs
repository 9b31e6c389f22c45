//! The region's own: the five published categories, and what villages mostly ask for under each. It is open, so that codes
//! that villages wrote before there were taxonomies go on, and count as other of their category.

use yishi_kernel::{UnitCode, Year};

use super::{CategoryDraft, Draft, FIRST, Name, SubcategoryDraft};
use crate::Category;

type Named = (&'static str, &'static str, &'static str);

const CATEGORIES: [(Category, Named, &[Named]); 5] = [
    (
        Category::Infrastructure,
        ("infrastructure", "基础设施", "Infrastructure"),
        &[
            ("village_road", "通村通组道路", "Village roads"),
            ("bridge", "生产生活桥涵", "Bridges and culverts"),
            ("irrigation", "灌溉渠道", "Irrigation channels"),
            ("drinking_water", "饮水安全", "Drinking water"),
            ("drainage", "排水沟渠", "Drainage"),
            ("street_light", "路灯亮化", "Street lights"),
            ("power_supply", "供电改造", "Power supply"),
        ],
    ),
    (
        Category::Industry,
        ("industry", "产业发展", "Industry"),
        &[
            ("greenhouse", "设施温棚", "Greenhouses"),
            ("cattle_shed", "养殖圈棚", "Cattle sheds"),
            ("cold_store", "冷藏保鲜", "Cold stores"),
            ("goji_drying", "枸杞烘干", "Goji drying"),
            ("grain_mill", "粮食加工", "Grain mills"),
            ("workshop", "帮扶车间", "Workshops"),
        ],
    ),
    (
        Category::PublicService,
        ("public_service", "公共服务", "Public service"),
        &[
            ("clinic", "村卫生室", "Clinics"),
            ("canteen", "老年饭桌", "Canteens for the old"),
            ("culture_square", "文化广场", "Culture squares"),
            ("bus_stop", "候车亭", "Bus stops"),
            ("bathhouse", "便民浴室", "Bathhouses"),
            ("kindergarten", "幼儿园", "Kindergartens"),
        ],
    ),
    (
        Category::Governance,
        ("governance", "乡村治理", "Governance"),
        &[
            ("points_shop", "积分超市", "Points shops"),
            ("waste_sorting", "垃圾分类", "Waste sorting"),
            ("sanitary_toilet", "卫生厕所", "Sanitary toilets"),
            ("mediation_room", "调解室", "Mediation rooms"),
            ("safety_camera", "平安监控", "Safety cameras"),
        ],
    ),
    (
        Category::ReformAndOther,
        ("reform_and_other", "改革及其他", "Reform and other"),
        &[
            ("collective_shares", "集体资产股份合作", "Shares in collective assets"),
            ("land_transfer", "土地流转", "Land transfer"),
            ("idle_homestead", "闲置宅基地盘活", "Idle homesteads"),
        ],
    ),
];

/// The programme's own, for its region.
pub(super) fn draft(unit: UnitCode) -> Draft {
    let name = |(_, zh, en): Named| Name { zh: zh.to_owned(), en: en.to_owned() };
    let subcategory =
        |told: &Named| SubcategoryDraft { code: told.0.to_owned(), name: name(*told), counts_with: None };
    let categories = CATEGORIES.iter().map(|(counts_as, told, under)| CategoryDraft {
        code: told.0.to_owned(),
        name: name(*told),
        counts_as: *counts_as,
        subcategories: under.iter().map(subcategory).collect(),
    });
    let (version, from) = (FIRST, Year::MIN);
    Draft { unit, version, from, open: true, categories: categories.collect(), renamed: Vec::new() }
}
