// SPDX-License-Identifier: Apache-2.0
//
// The same for the command line, whose parser of options is one large header.
#include "CLI/CLI.hpp"
#include "cmake/precompiled.h"
