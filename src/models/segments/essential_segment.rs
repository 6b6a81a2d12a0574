//! The five essential segments of a contact list.

/// What to write to a contact about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum EssentialSegment {
    /// Subscribed recently and has not bought.
    NewSubscriber,
    /// Bought once, recently.
    FirstTimeBuyer,
    /// Bought twice, the second time recently.
    TwoTimeBuyer,
    /// Bought once, a while ago.
    OneTimeLapsed,
    /// Bought repeatedly, the last time a while ago.
    RepeatLapsed,
}

impl EssentialSegment {
    /// In the order of the variants.
    pub const LABELS: [&str; 5] = [
        "New Subscriber",
        "First-Time Buyer",
        "Two-Time Buyer",
        "One-Time Lapsed",
        "Repeat Lapsed",
    ];
}

/// The windows in days: *within* a window is fewer days ago than it has, *lapsed* as many or
/// more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EssentialDays {
    /// A subscription within.
    pub new_subscriber: i32,
    /// One purchase within.
    pub first_time: i32,
    /// The second purchase within.
    pub two_time: i32,
    /// One purchase lapsed.
    pub one_time_lapsed: i32,
    /// The last of several lapsed.
    pub repeat_lapsed: i32,
}

/// The first segment whose rule holds. `silence` is the days since the last purchase, `subscribed`
/// the days since the subscription, where it is known.
pub fn essential_segment(
    purchases: i32,
    silence: Option<i32>,
    subscribed: Option<i32>,
    days: &EssentialDays,
) -> Option<EssentialSegment> {
    use EssentialSegment::*;
    let within = |ago: Option<i32>, window: i32| ago.is_some_and(|ago| ago < window);
    let lapsed = |window: i32| silence.is_some_and(|silence| silence >= window);
    match purchases {
        0 if within(subscribed, days.new_subscriber) => Some(NewSubscriber),
        1 if within(silence, days.first_time) => Some(FirstTimeBuyer),
        2 if within(silence, days.two_time) => Some(TwoTimeBuyer),
        1 if lapsed(days.one_time_lapsed) => Some(OneTimeLapsed),
        2.. if lapsed(days.repeat_lapsed) => Some(RepeatLapsed),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::EssentialSegment::*;
    use super::*;

    const DAYS: EssentialDays = EssentialDays {
        new_subscriber: 30,
        first_time: 30,
        two_time: 7,
        one_time_lapsed: 30,
        repeat_lapsed: 60,
    };

    #[test]
    fn the_table_of_the_definition() {
        for (purchases, silence, subscribed, segment) in [
            (0, None, Some(0), Some(NewSubscriber)),
            (0, None, Some(29), Some(NewSubscriber)),
            (0, None, Some(30), None),
            (0, None, None, None),
            (1, Some(0), Some(500), Some(FirstTimeBuyer)),
            (1, Some(29), None, Some(FirstTimeBuyer)),
            (1, Some(30), Some(3), Some(OneTimeLapsed)),
            (2, Some(6), None, Some(TwoTimeBuyer)),
            (2, Some(7), None, None),
            (2, Some(59), None, None),
            (2, Some(60), None, Some(RepeatLapsed)),
            (3, Some(0), Some(0), None),
            (3, Some(59), None, None),
            (99, Some(60), None, Some(RepeatLapsed)),
        ] {
            let found = essential_segment(purchases, silence, subscribed, &DAYS);
            assert_eq!(found, segment, "{purchases} {silence:?} {subscribed:?}");
        }
    }

    #[test]
    fn where_windows_overlap_the_first_rule_decides() {
        let overlapping = EssentialDays {
            first_time: 90,
            two_time: 90,
            ..DAYS
        };
        let found = |purchases| essential_segment(purchases, Some(70), None, &overlapping);
        assert_eq!(found(1), Some(FirstTimeBuyer));
        assert_eq!(found(2), Some(TwoTimeBuyer));
        assert_eq!(found(3), Some(RepeatLapsed));
    }
}
