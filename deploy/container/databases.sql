-- One database a service; run once, when the PostgreSQL volume is new.
CREATE DATABASE cairn_directory;
CREATE DATABASE cairn_goals;
CREATE DATABASE cairn_checkins;
CREATE DATABASE cairn_progress;
CREATE DATABASE cairn_notifications;
CREATE DATABASE cairn_audit;
