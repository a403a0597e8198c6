#pragma once

namespace stage::bench {

/// Memory of this process, in GB (10^9 bytes).
double ResidentGigabytes();
/// The most since the process began, or since ForgetPeakMemory.
double PeakGigabytes();
void ForgetPeakMemory();

/// Processor seconds of all threads since the process began.
double ProcessorSeconds();

}  // namespace stage::bench
