// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MODEL_SUCCESSION_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MODEL_SUCCESSION_H_

#include "services/analytics/conformance/model.h"
#include "services/analytics/discovery/footprints.h"

namespace plumbline::analytics::conformance {

// Which activities of a model directly follow which in some run of it, exactly: of nodes that are
// done one after the other the last activities of the one and the first of the other, and across
// what may be done silently; of parallel branches every activity and every other (definition of the
// language of a process tree: van der Aalst 2016, section 3.2.8). `root` must pass CheckModel.
// O(nodes * the square of the activities / 64) at most.
Succession SuccessionOf(const ModelNode& root);

}  // namespace plumbline::analytics::conformance

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CONFORMANCE_MODEL_SUCCESSION_H_
