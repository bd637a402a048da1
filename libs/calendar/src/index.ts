export { addDays, addMonths, endOfDay, shanghaiDate, startOfDay, type LegalDate } from './legal-date.js';
export {
  addWorkingDays,
  calendarKnown,
  isProvisional,
  isWorkingDay,
  nextWorkingDay,
  resumeDeadline,
  workingDayDeadline,
  workingDaysBetween,
  type Deadline,
} from './working-days.js';
