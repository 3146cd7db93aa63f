// SPDX-License-Identifier: Apache-2.0
#include "clients/cli/option_types.h"

PLUMBLINE_OPTION_TYPES()
