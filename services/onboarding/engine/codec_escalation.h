// SPDX-License-Identifier: Apache-2.0
//
// Ladders of escalation between their forms. Parts of codec.h, not for use outside of it.
#ifndef PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_ESCALATION_H_
#define PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_ESCALATION_H_

#include "plumbline/onboarding/stored/v1/stored.pb.h"
#include "plumbline/onboarding/v1/escalation.pb.h"
#include "plumbline/onboarding/v1/onboarding.pb.h"
#include "services/onboarding/engine/run.h"

namespace plumbline::onboarding {

v1::EscalationStep ToProto(const EscalationStep& step);
EscalationStep FromProto(const v1::EscalationStep& proto);

// Ladders that are not over, whom it belongs to, and who is asked about it.
void AddCare(const Run& run, const TaskRecord& task, v1::Task* proto);

// The same of what is stored.
void StoreCare(const TaskRecord& task, stored::v1::StoredTask* proto);
void ReadCare(const stored::v1::StoredTask& proto, TaskRecord* task);

}  // namespace plumbline::onboarding

#endif  // PLUMBLINE_SERVICES_ONBOARDING_ENGINE_CODEC_ESCALATION_H_
