"""MBG/NBD once more, with numpy and scipy: the likelihood in the form of Hoppe & Wagner (2007), with Beta functions and
without a gradient, and its optimum with and without the prior that the extension documents."""

import numpy
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

PRIOR_MEAN = numpy.array([0, numpy.log(90), numpy.log(0.4 / 0.6), numpy.log(2)])
PRIOR_DEVIATION = numpy.array([1, 1.5, 1.5, 1])


def parameters(theta: numpy.ndarray) -> tuple[float, float, float, float]:
    """r, alpha, a and b of (ln r, ln(alpha/r), logit(a/(a+b)), ln(a+b))."""
    r, total, share = numpy.exp(theta[0]), numpy.exp(theta[3]), 1 / (1 + numpy.exp(-theta[2]))
    return r, r * numpy.exp(theta[1]), total * share, total * (1 - share)


def log_likelihood(model, x, t, total) -> float:
    """Of customers with x repeat purchases over t days, known for `total` days."""
    r, alpha, a, b = model
    purchases = gammaln(r + x) - gammaln(r) + r * numpy.log(alpha)
    alive = betaln(a, b + x + 1) - betaln(a, b) - (r + x) * numpy.log(alpha + total)
    gone = betaln(a + 1, b + x) - betaln(a, b) - (r + x) * numpy.log(alpha + t)
    return float(numpy.sum(purchases + numpy.logaddexp(alive, gone)))


def fit(x, t, total, with_prior: bool = True) -> tuple[float, float, float, float]:
    """The parameters that maximise the likelihood, times the prior."""

    def objective(theta: numpy.ndarray) -> float:
        penalty = ((theta - PRIOR_MEAN) / PRIOR_DEVIATION) ** 2
        return -log_likelihood(parameters(theta), x, t, total) + with_prior * numpy.sum(penalty) / 2

    theta = PRIOR_MEAN
    for _ in range(3):
        theta = minimize(objective, theta, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9, "maxiter": 4000}).x
    return parameters(theta)


def sampled(x, t, total, most: int = 20_000):
    """Evenly spaced customers of all of them, sorted by (x, t, T)."""
    order = numpy.lexsort((total, t, x))
    if len(order) > most:
        order = order[((numpy.arange(most) + 0.5) * len(order) / most).astype(int)]
    return x[order], t[order], total[order]
