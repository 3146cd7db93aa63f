// SPDX-License-Identifier: Apache-2.0
#ifndef PLUMBLINE_SERVICES_ANALYTICS_CASCADE_SERVICE_NOTES_H_
#define PLUMBLINE_SERVICES_ANALYTICS_CASCADE_SERVICE_NOTES_H_

#include "services/analytics/cascade/service/answers.h"

namespace plumbline::analytics {

// What has to be known before the figures are believed, and which are absent and why.
void AddNotes(const Simulated& all, const cascade::Recovery& recovery,
              v1::SimulateCascadeResponse* answer);

}  // namespace plumbline::analytics

#endif  // PLUMBLINE_SERVICES_ANALYTICS_CASCADE_SERVICE_NOTES_H_
