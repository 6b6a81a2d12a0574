-- The strongest purchases behind a score, strongest first; as many as there are, at most three.
CREATE MACRO audience.__intent_reasons(score, products, names) AS
[
    audience.__intent_reason(score.first, products, names),
    audience.__intent_reason(score.second, products, names),
    audience.__intent_reason(score.third, products, names)
][:audience.__filled(score)];
