//! A small region for the tests of the rules: it runs commands, keeps what follows, and delivers on demand.

use yishi_kernel::{Date, Fen, MatterId, Register, Timestamp, UnitCode, Year};

use crate::*;

pub(crate) const REGION: u64 = 640_000_000_000;
pub(crate) const CITY: u64 = 640_300_000_000;
pub(crate) const COUNTY: u64 = 640_324_000_000;
pub(crate) const OTHER_COUNTY: u64 = 640_303_000_000;
pub(crate) const TOWNSHIP: u64 = 640_324_100_000;
pub(crate) const VILLAGE: u64 = 640_324_100_200;
/// Of the same county, but another township.
pub(crate) const OTHER_VILLAGE: u64 = 640_324_101_200;

const DIVISIONS: &str = "code,parent,level,name
640000000000,,region,宁夏
640300000000,640000000000,city,吴忠市
640303000000,640300000000,county,红寺堡区
640324000000,640300000000,county,同心县
640324100000,640324000000,township,豫海镇
640324100200,640324100000,village,甲村
640324101000,640324000000,township,河西镇
640324101200,640324101000,village,乙村
";

pub(crate) struct Region {
    pub(crate) world: World,
    pub(crate) policy: Policy,
    register: Register,
    pub(crate) now: Timestamp,
    /// Deliveries that wait.
    pub(crate) sent: Vec<Delivery>,
    matters: u32,
}

/// `2022-03-01`
pub(crate) fn day(text: &str) -> Date {
    let mut parts = text.split('-').map(|part| part.parse::<u16>().unwrap());
    let (year, month, day) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let month = u8::try_from(month).unwrap().try_into().unwrap();
    Date::from_calendar_date(year.into(), month, day.try_into().unwrap()).unwrap()
}

pub(crate) fn code(number: u64) -> UnitCode {
    UnitCode::new(number).unwrap()
}

pub(crate) fn amount(fen: i64) -> Amount {
    Amount::new(Fen::new(fen)).unwrap()
}

pub(crate) fn channel_id(ordinal: u32) -> ChannelId {
    ChannelId { owner: code(COUNTY), year: Year::try_from(2022).unwrap(), ordinal }
}

/// Without an earmark but the area.
pub(crate) fn terms(area: u64) -> Terms {
    Terms {
        title: "美丽村庄".into(),
        kind: ChannelKind::BeautifulVillages,
        earmark: Earmark {
            categories: [].into(),
            area: code(area),
            ceiling_per_matter: None,
            ceiling_share: None,
        },
        remainder: Remainder::Lapse,
    }
}

impl Region {
    pub(crate) fn on(today: &str) -> Self {
        let register = Register::parse(DIVISIONS, "").unwrap();
        let now = Timestamp::start_of(day(today));
        let (world, policy) = (World::default(), Policy::default());
        Self { world, policy, register, now, sent: Vec::new(), matters: 0 }
    }

    pub(crate) fn go_to(&mut self, today: &str) {
        self.now = Timestamp::start_of(day(today));
    }

    pub(crate) fn follows(&self, command: &Command) -> Result<Vec<Event>, Refusal> {
        let rules = Rules { policy: &self.policy, register: &self.register };
        decide(&rules, &self.world, command, self.now)
    }

    pub(crate) fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        for event in self.follows(command)? {
            evolve(&mut self.world, &event).unwrap();
            self.sent.extend(match event.fact {
                Fact::Sent { transfer, channel, .. } => Some(Delivery::Sent { transfer, channel }),
                Fact::Received { transfer, .. } => {
                    Some(Delivery::Received { by: event.unit, transfer: transfer.id })
                }
                Fact::Refused { transfer, problem } => {
                    Some(Delivery::Refused { by: event.unit, transfer: transfer.id, problem })
                }
                _ => None,
            });
        }
        Ok(())
    }

    pub(crate) fn deliver(&mut self) {
        for delivery in std::mem::take(&mut self.sent) {
            self.run(&Command::Deliver(delivery)).unwrap();
        }
    }

    pub(crate) fn deliver_all(&mut self) {
        while !self.sent.is_empty() {
            self.deliver();
        }
    }

    pub(crate) fn open_for(&mut self, owner: u64, year: i32, terms: Terms) -> Result<ChannelId, Refusal> {
        let (owner, year) = (code(owner), Year::try_from(year).unwrap());
        self.run(&Command::Open { owner, year, terms })?;
        Ok(ChannelId { owner, year, ordinal: self.world.book(owner, year).channels })
    }

    pub(crate) fn open(&mut self, owner: u64, terms: Terms) -> Result<ChannelId, Refusal> {
        self.open_for(owner, 2022, terms)
    }

    pub(crate) fn receive(&mut self, channel: ChannelId, fen: i64) -> Result<(), Refusal> {
        self.run(&Command::Receive { channel, amount: amount(fen), document_sha256: [7; 32] })
    }

    /// A new channel of the county with so much in it.
    pub(crate) fn funded_county(&mut self, fen: i64) -> ChannelId {
        let channel = self.open(COUNTY, terms(COUNTY)).unwrap();
        self.receive(channel, fen).unwrap();
        channel
    }

    pub(crate) fn appropriate(
        &mut self,
        from: u64,
        channel: ChannelId,
        to: u64,
        fen: i64,
    ) -> Result<(), Refusal> {
        self.run(&Command::Appropriate { from: code(from), channel, to: code(to), amount: amount(fen) })
    }

    pub(crate) fn give_back(&mut self, from: u64, channel: ChannelId, fen: i64) -> Result<(), Refusal> {
        self.run(&Command::Return { from: code(from), channel, amount: amount(fen) })
    }

    pub(crate) fn determine(&mut self, matter: MatterId, cost: i64) {
        let (category, cost) = (Category::Infrastructure, Fen::new(cost));
        let told = Delivery::Determined { matter, category, cost, asked: [].into(), seq: 1 };
        self.run(&Command::Deliver(told)).unwrap();
    }

    /// A new matter of 2022, infrastructure.
    pub(crate) fn determined(&mut self, village: u64, cost: i64) -> MatterId {
        self.matters += 1;
        let matter =
            MatterId { village: code(village), year: Year::try_from(2022).unwrap(), ordinal: self.matters };
        self.determine(matter, cost);
        matter
    }

    pub(crate) fn amounts<const N: usize>(&self, lines: [(ChannelId, i64); N]) -> Amounts {
        Amounts::new(lines.map(|(channel, fen)| (channel, amount(fen)))).unwrap()
    }

    pub(crate) fn fund(&mut self, matter: MatterId, act: Act) -> Result<(), Refusal> {
        self.run(&Command::Fund { county: code(COUNTY), matter, version: None, act })
    }
}
