//! Rates that a template works out by itself.

use std::collections::BTreeMap;

use huizong_core::relation::Test;
use huizong_core::rules;
use huizong_schema::Pointer;

use super::{Site, TemplateCells};

impl TemplateCells {
    /// The formula of each rate whose amounts the template has: blank while they are missing, and else rounded to a hundredth of a
    /// per cent, as the rules expect it.
    pub(in crate::template) fn rates(&self) -> BTreeMap<Pointer, String> {
        let relations = rules::ALL.iter().filter(|rule| self.is_asked(rule)).flat_map(|rule| rule.relations);
        let of_relation = relations.flat_map(|relation| {
            let sites = (0..self.places(relation.over)).map(|at| Site { over: relation.over, at });
            sites.filter_map(move |site| {
                let Test::Rate { printed, numerator, denominator, .. } = &relation.test else { return None };
                let pointer = printed.pointer(site.over, site.at);
                self.by_member.get(&pointer)?;
                let (n, d) = (self.formula(numerator, site)?, self.formula(denominator, site)?);
                let given = format!("AND({},{},{}>0)", n.is_given, d.is_given, d.value);
                Some((pointer, format!("IF({given},ROUND({}/{},4),\"\")", n.value, d.value)))
            })
        });
        of_relation.collect()
    }
}
