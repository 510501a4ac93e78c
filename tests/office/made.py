"""Random documents whose figures agree with each other."""
import decimal

D = decimal.Decimal
DISTRICT, SCORED = "guangzhou-tianhe", "mof-general"


def two(value):
    return str(D(value).quantize(D("0.01"), decimal.ROUND_HALF_UP))


def rate(part, whole):
    return two(D(100) * D(part) / D(whole))


def district(rng):
    initial = D(rng.randrange(10_000, 3_000_000)) / 100
    adjusted = initial + D(rng.randrange(-500_000, 500_000)) / 1000
    adjusted = max(adjusted, D(50)).quantize(D("0.01"))
    actual = (adjusted * rng.randrange(60, 100) / 100).quantize(D("0.01"))
    change = abs(adjusted - initial)
    general = (actual * rng.randrange(50, 90) / 100).quantize(D("0.01"))
    other = ((actual - general) / 2).quantize(D("0.01"))
    funds = [(actual * share / 100).quantize(D("0.01")) for share in (30, 25, 20)]
    document = {
        "schema_version": "1.0", "fiscal_year": 2023, "unit": "CNY_10K",
        "department": {"name": f"示范区第{rng.randrange(1, 99)}局", "scope": "consolidated"},
        "budget": {
            "initial_budget": two(initial), "adjusted_budget": two(adjusted), "actual_expenditure": two(actual),
            "budget_adjustment": two(change), "completion_rate": rate(actual, adjusted),
            "adjustment_rate": rate(change, initial),
            "by_source": {"general_public_budget": {"actual_expenditure": two(general)},
                          "other": {"actual_expenditure": two(other)}},
        },
        "goal": {"expected": ["把事办好。"], "achieved": ["事情办好了。"]},
        "tasks": [
            {"name": f"第{of}项工作", "expected": ["按期办完。"], "achieved": ["办完了。"], "funds": two(fund),
             "indicators": [{"name": f"指标{of}之一", "result": "九场"}, {"name": f"指标{of}之二", "result": "六场"}]}
            for of, fund in zip("甲乙丙", funds)
        ],
        "narrative": {"performance": ["全年平稳。"], "problems": ["人手少。"], "improvements": ["加人手。"]},
    }
    return document


def scored(rng):
    total = D(rng.randrange(10_000, 3_000_000)) / 100
    # Everything is spent, so that the execution gets full points.
    actual = total
    part = (total * 7 / 10).quantize(D("0.01"))
    spent = (actual * 7 / 10).quantize(D("0.01"))
    names = "甲乙丙丁戊己"
    indicators = [
        {"level1": "产出指标" if of < 4 else "效益指标", "level2": "数量指标" if of < 2 else "质量指标",
         "name": f"第{name}项", "target": f"≥{of + 2}", "result": str(of + 3), "weight": "15", "score": "15"}
        for of, name in enumerate(names)
    ]
    return {
        "schema_version": "1.0", "fiscal_year": 2023, "unit": "CNY_10K",
        "department": {"name": f"示范区第{rng.randrange(1, 99)}中心", "scope": "single"},
        "budget": {
            "initial_budget": two(total), "adjusted_budget": two(total), "actual_expenditure": two(actual),
            "completion_rate": rate(actual, total),
            "by_source": {"fiscal_appropriation": {
                "initial_budget": two(part), "adjusted_budget": two(part), "actual_expenditure": two(spent),
                "completion_rate": rate(spent, part)}},
        },
        "goal": {"expected": ["把事办好。"], "achieved": ["事情办好了。"]},
        "scorecard": {"execution": {"weight": "10", "score": "10"}, "indicators": indicators, "total_score": "100"},
    }
