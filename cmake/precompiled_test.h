// SPDX-License-Identifier: Apache-2.0
//
// The same for tests.
#include <random>

#include "cmake/precompiled.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
