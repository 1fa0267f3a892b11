// SPDX-License-Identifier: Apache-2.0
// expect: conversion from 'double' to 'int64_t'
#include "base/number.h"

banyan::Quantity doubled(std::int64_t points, double rate) {
#ifdef MUST_NOT_COMPILE
    return banyan::Quantity(rate * static_cast<double>(points));
#else
    static_cast<void>(rate);
    return banyan::Quantity(points);
#endif
}
