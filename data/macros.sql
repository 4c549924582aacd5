-- Macros of SQL that every session knows: how lengths of time are rounded, so that few distinct ones
-- are left to count.

-- A time until leads move on: to minutes below two hours, to hours below two days, to days beyond.
create macro rounded_wait(seconds) as
    case
        when seconds < 7200 then round(seconds / 60e0) * 60
        when seconds < 172800 then round(seconds / 3600e0) * 3600
        else round(seconds / 86400e0) * 86400
    end;

-- A length of stay: to the second under 10 minutes, to the minute under a day, to the hour under 30
-- days, to the day beyond.
create macro rounded_stay(seconds) as
    case
        when seconds < 600 then round(seconds)
        when seconds < 86400 then round(seconds / 60e0) * 60
        when seconds < 2592000 then round(seconds / 3600e0) * 3600
        else round(seconds / 86400e0) * 86400
    end;
